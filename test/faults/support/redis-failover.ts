import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.js';
import { latencies, rateOf } from './latency.js';
import { failedSends, startLoad, untilReplicasSay } from './redis-outage.js';
import { NOTHING_WRONG, report } from './report.js';
import { scaled } from './scale.js';
import { judge, quantile } from './verdict.js';

/** Milliseconds. */
const BEFORE = scaled(1_000, 5_000);
const AFTER = scaled(2_000, 10_000);
/** A short run shares its cores with other tests. */
const AWAY_P99 = scaled(5_000, 1_000);
/** Through a tail check it would take a second in the mean. */
const AFTER_P50 = scaled(600, 100);

/**
 * Kills a master under load and goes on until another one has taken over, of itself. Nothing may be
 * missing and nobody refused; what is pushed meanwhile comes by the tail checks, and at once in the end.
 */
export async function expectFailoverUnharmed(
  lab: Lab,
  fault: string,
  killMaster: () => Promise<void>,
): Promise<void> {
  await untilReplicasSay(lab, 'up');
  const { load, far } = await startLoad(lab);
  await sleep(BEFORE);
  const from = performance.now();
  await killMaster();
  await untilReplicasSay(lab, 'away');
  await untilReplicasSay(lab, 'up');
  const back = performance.now();
  await sleep(AFTER);
  await load.stop();

  const verdict = judge(load.sends, await lab.settle(), lab.subscribers);
  load.close();
  const p99 = quantile(latencies(load.sends, far, { from, to: back }), 0.99);
  const p50After = quantile(latencies(load.sends, far, { from: back, to: Infinity }), 0.5);
  await report(
    fault,
    verdict,
    `${rateOf(load.sends)}/s; away ${((back - from) / 1000).toFixed(1)} s; to other replicas p99 ${Math.round(p99)} ms meanwhile, p50 ${p50After.toFixed(1)} ms after`,
  );
  expect(verdict).toMatchObject({ ...NOTHING_WRONG, acknowledged: load.sends.length });
  expect(failedSends(load)).toEqual([]);
  expect(p99).toBeLessThan(AWAY_P99);
  expect(p50After).toBeLessThan(AFTER_P50);
}
