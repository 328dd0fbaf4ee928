import { setTimeout as sleep } from 'node:timers/promises';
import { add, CHATS, close, createTalk, ok, range, remove, reopen, send } from '../../support/builders.js';
import type { TestAgent, World } from '../../support/world.js';
import { LightClient } from './light-client.js';
import type { LoadedTalk } from './load.js';

/** Milliseconds that each visitor stays. */
const STAY = 50;
const AT_ONCE = 4;

/** People who come and go: agents, sockets, members and talks that each last a moment only. */
export class Visitors {
  /** How many have come and gone. */
  count = 0;
  private stopped = false;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly world: World,
    private readonly talks: LoadedTalk[],
  ) {}

  start(): void {
    this.running = Promise.all(range(1, AT_ONCE).map((worker) => this.comeAndGo(worker)));
  }

  /** Resolves when the last one has gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async comeAndGo(worker: number): Promise<void> {
    for (let turn = worker; !this.stopped; turn += 1) {
      const talk = this.talks[turn % this.talks.length] as LoadedTalk;
      const [host] = talk.senders as [TestAgent];
      const visitor = await this.world.agent('Visitor');
      const client = await this.follow(visitor);
      await this.joinAndLeave(host, visitor, talk);
      await this.openAndDelete(host, visitor);
      await sleep(STAY);
      client.stop();
      this.count += 1;
    }
  }

  private async follow({ token }: TestAgent): Promise<LightClient> {
    const client = new LightClient({ url: this.world.replica(0).url, token, epoch: '', after: {} });
    await client.resume();
    return client;
  }

  private async joinAndLeave(host: TestAgent, visitor: TestAgent, talk: LoadedTalk): Promise<void> {
    await add(host, talk, visitor);
    await send(visitor, talk, 'Here I am.');
    await remove(host, talk, visitor);
    await add(host, talk, visitor);
    await remove(host, talk, visitor);
  }

  private async openAndDelete(host: TestAgent, visitor: TestAgent): Promise<void> {
    const talk = await createTalk(host, [visitor]);
    await send(visitor, talk, 'Good bye.');
    await close(host, talk);
    await reopen(host, talk);
    await ok(host.api().delete(`${CHATS}/${talk.id}`));
  }
}
