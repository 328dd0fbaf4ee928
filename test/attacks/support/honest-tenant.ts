import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantile } from '../../faults/support/verdict.js';

const PROGRAM = fileURLToPath(new URL('honest.js', import.meta.url));

/** What an honest tenant met in a period; times in milliseconds. */
export interface Period {
  /** Of sending a message. */
  p99: number;
  /** The longest that `/livez` took. */
  livez: number;
  /** Calls that were not answered with 200. */
  failures: string[];
}

/** Who has to be served as ever; a process that sends a message every 25 ms and asks `/livez` every 100. */
export class HonestTenant {
  private readonly process: ChildProcess;

  constructor(order: { url: string; token: string; chatId: string }) {
    this.process = fork(PROGRAM, [JSON.stringify(order)]);
  }

  /** What it met while `act` ran, and since for so many milliseconds. */
  async during(act: () => Promise<unknown>, since = 0): Promise<Period> {
    await this.report();
    await act();
    await sleep(since);
    const { sends, looks, failures } = await this.report();
    return { p99: quantile(sends, 0.99), livez: Math.max(...looks), failures };
  }

  stop(): void {
    this.process.disconnect();
  }

  private async report(): Promise<{ sends: number[]; looks: number[]; failures: string[] }> {
    this.process.send('report');
    const [period] = (await once(this.process, 'message')) as [never];
    return period;
  }
}
