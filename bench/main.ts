import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './machine.js';
import { Progress } from './progress.js';
import { table, writeResults } from './report.js';
import { startServers } from './servers.js';
import { LOGS } from './systems/spawn.js';
import { w1 } from './workloads/w1.js';
import { w2 } from './workloads/w2.js';
import { w3 } from './workloads/w3.js';
import { w4 } from './workloads/w4.js';
import { w5 } from './workloads/w5.js';
import { w6 } from './workloads/w6.js';
import { w7 } from './workloads/w7.js';
import { w8 } from './workloads/w8.js';
import { w9 } from './workloads/w9.js';
import { w10 } from './workloads/w10.js';
import type { Result, Workload } from './workloads/workload.js';

const USUAL = [w1, w2, w3, w4, w5, w6, w7, w8];
/** They take long, so only when they are asked for. */
const ALL = [...USUAL, w9, w10];

const names = process.argv.slice(2).map((name) => name.toUpperCase());
const unknown = names.find((name) => !ALL.some((workload) => workload.name === name));
if (unknown) {
  console.error(`There is no workload ${unknown}; there are ${ALL.map(({ name }) => name).join(' ')}.`);
  process.exit(1);
}
await run(names.length > 0 ? ALL.filter(({ name }) => names.includes(name)) : USUAL);

async function run(workloads: Workload[]): Promise<void> {
  await mkdir(LOGS, { recursive: true });
  const servers = await startServers(join(LOGS, 'data'));
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= servers.stop());
  // PostgreSQL is in a session of its own, so that Ctrl-C alone would leave it.
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => void stop().then(() => process.exit(code)));
  }
  const progress = new Progress();
  const results: [Workload, Result][] = [];
  try {
    const machine = describeMachine(servers);
    for (const workload of workloads) {
      progress.begin(workload.name);
      results.push([workload, await workload.run(servers, progress)]);
      await writeResults(machine, results);
    }
    progress.clear();
    console.log(machine);
    for (const [workload, result] of results) console.log(table(workload, result));
  } catch (error) {
    // What is measured while the servers go cannot succeed.
    if (!stopped) throw error;
  } finally {
    await stop();
  }
}
