import type { Lab } from './lab.js';
import { rateOf } from './latency.js';
import type { Outage } from './redis-outage.js';
import { failedSends } from './redis-outage.js';
import { NOTHING_WRONG, report } from './report.js';
import { scaled } from './scale.js';
import { judge, quantile } from './verdict.js';

/** Milliseconds; a short run shares its cores with other tests. */
const AWAY_P99 = scaled(3_000, 1_000);

/** Adds the outage to the table; nothing may be missing, nobody refused, and all fast again in the end. */
export async function expectUnharmed(lab: Lab, { load, away, after }: Outage, fault: string): Promise<void> {
  const verdict = judge(load.sends, await lab.storedEvents(), lab.subscribers);
  const [p50, p99, p50After] = [quantile(away, 0.5), quantile(away, 0.99), quantile(after, 0.5)];
  await report(
    fault,
    verdict,
    `${rateOf(load.sends)}/s; to other replicas p50 ${Math.round(p50)}, p99 ${Math.round(p99)} ms while away, p50 ${p50After.toFixed(1)} ms after`,
  );
  expect(verdict).toMatchObject(NOTHING_WRONG);
  expect(failedSends(load)).toEqual([]);
  expect(p99).toBeLessThan(AWAY_P99);
  expect(p50After).toBeLessThan(scaled(AWAY_P99, p50 / 4));
}
