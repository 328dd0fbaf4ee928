import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from '../../support/replica.js';
import type { Lab } from './lab.js';

/** Milliseconds between two looks at a replica. */
const LOOK_EVERY = 200;
const LOOK_LIMIT = 1_000;

/** Looks without any answer, one after the other, for which a replica is taken for gone. */
const SILENT_LOOKS = 3;

/**
 * Knows which replicas are ready, as a balancer does: by asking each of them again and again. A refusal counts
 * at once, silence as soon as it lasts: all of them seem silent to one that did not get to run itself.
 */
export class Readiness {
  private readonly ready = new Set<string>();
  /** With the looks in a row that had no answer. */
  private readonly silence = new Map<Replica, number>();
  private readonly looking = new Set<Replica>();
  private next = 0;
  private stopped = false;

  private constructor(private readonly lab: Lab) {}

  static async watch(lab: Lab): Promise<Readiness> {
    const readiness = new Readiness(lab);
    await Promise.all(lab.replicas.map((replica) => readiness.look(replica)));
    void readiness.run();
    return readiness;
  }

  /** A replica that was ready when last asked, each in its turn. */
  readonly pickUrl = (): string => {
    const ready = [...this.ready];
    this.next += 1;
    return ready[this.next % ready.length] ?? 'http://no-replica-is-ready.invalid';
  };

  async until(url: string, isReady: boolean): Promise<void> {
    while (this.ready.has(url) !== isReady) await sleep(10);
  }

  stop(): void {
    this.stopped = true;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      for (const replica of this.lab.replicas) if (!this.looking.has(replica)) void this.look(replica);
      await sleep(LOOK_EVERY);
    }
  }

  private async look(replica: Replica): Promise<void> {
    this.looking.add(replica);
    const answer = await readinessOf(replica.url);
    this.looking.delete(replica);
    const silence = answer === 'silent' ? (this.silence.get(replica) ?? 0) + 1 : 0;
    this.silence.set(replica, silence);
    if (answer === 'ready') this.ready.add(replica.url);
    else if (answer === 'not ready' || silence >= SILENT_LOOKS) this.ready.delete(replica.url);
  }
}

const readinessOf = (url: string): Promise<'ready' | 'not ready' | 'silent'> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(LOOK_LIMIT) }).then(
    ({ ok }) => (ok ? 'ready' : 'not ready'),
    ({ name }: Error) => (name === 'TimeoutError' ? 'silent' : 'not ready'),
  );
