import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatResource } from '../../../src/chats/chat.presenter.js';
import { residentBytes } from '../../faults/support/process.js';
import { createTalk, send } from '../../support/builders.js';
import type { Client } from '../../support/client.js';
import { freePort } from '../../support/free-port.js';
import { Metrics } from '../../support/metrics.js';
import { World, type TestAgent } from '../../support/world.js';
import { HonestTenant, type Period } from './honest-tenant.js';

/** `npm run test:attacks` measures each attack at length; `npm test` looks at bounds and codes alone. */
const isFull = process.env.ATTACKS === 'full';

/** What an attack uses in its short form, and what in full. */
export const scaled = <Value>(short: Value, full: Value): Value => (isFull ? full : short);

const MEBIBYTE = 1024 * 1024;
/** Milliseconds. */
const WARM_UP = 3_000;
const QUIET = 5_000;
const ATTACK = 10_000;
const AFTER = 1_000;

/** What nobody but the attacker may notice. */
const P99_AT_MOST = 250;
const P99_FACTOR = 5;
const LIVEZ_AT_MOST = 1_000;
const MEMORY_AT_MOST = 200 * MEBIBYTE;

/** A replica with little memory, an honest tenant of two agents, and whoever attacks. */
export class Siege {
  private constructor(
    readonly world: World,
    readonly sender: TestAgent,
    readonly talk: ChatResource,
    private readonly follower: Client,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<Siege> {
    const world = await World.create({
      env: {
        NODE_OPTIONS: '--max-old-space-size=256',
        LOG_LEVEL: 'warn',
        METRICS_PORT: `${await freePort()}`,
        ...env,
      },
    });
    const [sender, reader] = await world.agents('Agent A', 'Agent B');
    const talk = await createTalk(sender, [reader]);
    return new Siege(world, sender, talk, await reader.follow());
  }

  get url(): string {
    return this.world.replica(0).url;
  }

  metrics(): Promise<Metrics> {
    return Metrics.at(`http://127.0.0.1:${this.world.env.METRICS_PORT}/metrics`);
  }

  /**
   * Attacks beside the honest tenant: once in the short form, again and again for ten seconds in full,
   * which then measures what the tenant and the replica have noticed.
   */
  async attack(name: string, strike: () => Promise<void>): Promise<void> {
    if (isFull) await this.measure(name, strike);
    else await strike();
    await this.expectService();
  }

  /** Both agents are served: what one sends reaches the other. */
  async expectService(): Promise<void> {
    const { seq } = await send(this.sender, this.talk, 'Is anybody there?');
    await this.follower.reach(this.talk.id, seq);
    expect(this.world.replica(0).process.exitCode).toBeNull();
  }

  stop(): Promise<void> {
    return this.world.close();
  }

  private async measure(name: string, strike: () => Promise<void>): Promise<void> {
    const { url, sender, talk } = this;
    const tenant = new HonestTenant({ url, token: sender.token, chatId: talk.id });
    await sleep(WARM_UP);
    const quiet = await tenant.during(() => sleep(QUIET));
    const memory = this.watchMemory();
    const attacked = await tenant.during(() => again(strike), AFTER);
    tenant.stop();
    await report(name, quiet, attacked, await memory.stop());
    expect(attacked.failures).toEqual([]);
    expect(attacked.p99).toBeLessThan(Math.max(P99_FACTOR * quiet.p99, P99_AT_MOST));
    expect(attacked.livez).toBeLessThan(LIVEZ_AT_MOST);
    expect(memory.growth).toBeLessThan(MEMORY_AT_MOST);
  }

  /** Looks at the replica's memory over and over, until it is stopped. */
  private watchMemory(): { growth: number; stop: () => Promise<number> } {
    const pid = this.world.replica(0).process.pid as number;
    const watch = { growth: 0, stop: () => Promise.resolve(0) };
    let isWatching = true;
    const watching = (async () => {
      const before = await residentBytes(pid);
      while (isWatching) {
        watch.growth = Math.max(watch.growth, (await residentBytes(pid)) - before);
        await sleep(50);
      }
      return watch.growth;
    })();
    watch.stop = () => {
      isWatching = false;
      return watching;
    };
    return watch;
  }
}

async function again(strike: () => Promise<void>): Promise<void> {
  const end = Date.now() + ATTACK;
  while (Date.now() < end) await strike();
}

/** Adds a line to the table that the run ends with. */
async function report(attack: string, quiet: Period, attacked: Period, growth: number): Promise<void> {
  const row = {
    attack,
    'p99 quiet': `${quiet.p99.toFixed(0)} ms`,
    'p99 attacked': `${attacked.p99.toFixed(0)} ms`,
    '/livez at most': `${attacked.livez.toFixed(0)} ms`,
    'memory grows by': `${Math.round(growth / MEBIBYTE)} MiB`,
    'calls failed': `${attacked.failures.length}`,
  };
  await appendFile(process.env.TEST_ATTACK_TABLE ?? '', `${JSON.stringify(row)}\n`);
}
