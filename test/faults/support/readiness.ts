import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.js';

/** Milliseconds between two looks, of which one is enough, as a balancer might have it. */
const LOOK_EVERY = 200;
const LOOK_LIMIT = 1_000;

/** Knows which replicas are ready, as a balancer does: by asking each of them again and again. */
export class Readiness {
  private ready: string[] = [];
  private next = 0;
  private stopped = false;

  private constructor(private readonly lab: Lab) {}

  static async watch(lab: Lab): Promise<Readiness> {
    const readiness = new Readiness(lab);
    await readiness.look();
    void readiness.run();
    return readiness;
  }

  /** A replica that was ready when last asked, each in its turn. */
  readonly pickUrl = (): string => {
    this.next += 1;
    return this.ready[this.next % this.ready.length] ?? 'http://127.0.0.1:1';
  };

  async until(url: string, isReady: boolean): Promise<void> {
    while (this.ready.includes(url) !== isReady) await sleep(10);
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.look();
      await sleep(LOOK_EVERY);
    }
  }

  private async look(): Promise<void> {
    const urls = this.lab.replicas.map(({ url }) => url);
    const answers = await Promise.all(urls.map(isReady));
    this.ready = urls.filter((_, index) => answers[index]);
  }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(LOOK_LIMIT) }).then(
    ({ ok }) => ok,
    () => false,
  );
