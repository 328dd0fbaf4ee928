import fc from 'fast-check';
import { createTalk } from '../../test/support/builders.js';
import { RoundRobin } from '../../test/support/round-robin.js';
import { World, type TestAgent } from '../../test/support/world.js';
import { TalkClient } from '../src/talk-client.js';
import { TalkError } from '../src/talk-error.js';
import type { TalkView } from '../src/talk-view.js';
import type { Message, Talk } from '../src/types.js';
import { untilCurrent } from './support/fresh.js';

const RUNS = 6;

type Step =
  | { kind: 'send' | 'reply' | 'edit' | 'delete' | 'react' | 'unreact'; pick: number }
  | { kind: 'add' | 'remove' | 'rename' | 'closeAndReopen'; pick: number }
  /** The connection breaks. */
  | { kind: 'drop'; pick: number }
  /** Away while the next steps are done, whose events are then kept or not. */
  | { kind: 'leave' | 'return' | 'forget'; pick: number }
  | { kind: 'loadOlder' | 'loadThread'; pick: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    ...(['send', 'send', 'reply', 'reply', 'edit', 'delete', 'react', 'react', 'unreact'] as const),
    ...(['add', 'remove', 'rename', 'closeAndReopen', 'drop', 'leave', 'return', 'forget'] as const),
    ...(['loadOlder', 'loadThread'] as const),
  ),
  pick: fc.nat(100),
});

let world: World;
let proxy: RoundRobin;
let a: TestAgent, b: TestAgent, c: TestAgent;
let writer: TalkClient;

beforeAll(async () => {
  world = await World.create({ replicas: 2 });
  proxy = await RoundRobin.start(() => world.replicas.map(({ url }) => url));
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  writer = new TalkClient({ url: proxy.url, token: a.token, backoff: { from: 10, to: 50 } });
});
afterAll(async () => {
  writer.close();
  proxy.stop();
  await world.close();
});

/** One run: A changes the talk through any replica, B looks at it through a connection that comes and goes. */
class History {
  readonly parents: string[] = [];
  private readonly messages: Message[] = [];
  private readonly pending: Promise<void>[] = [];

  constructor(
    readonly talk: Talk,
    readonly client: TalkClient,
    readonly view: TalkView,
  ) {}

  async run({ kind, pick }: Step): Promise<void> {
    const message = this.messages[pick % Math.max(1, this.messages.length)];
    if (kind === 'drop') proxy.drop();
    else if (kind === 'leave') this.client.close();
    else if (kind === 'return') void this.client.connect();
    else if (kind === 'forget') await this.forget();
    else if (kind === 'loadOlder') this.later(this.view.loadOlder());
    else if (kind === 'loadThread') this.loadThread(message);
    else await this.change(kind, pick, message).catch(ignoreRefusal);
  }

  /** Resolves once what was asked for has come; what was asked while away may have been given up. */
  async finish(): Promise<void> {
    await this.client.connect();
    await Promise.all(this.pending);
    for (const id of this.parents) await this.view.loadThread(id);
  }

  private later(asked: Promise<void>): void {
    this.pending.push(asked.catch(ignoreRefusal));
  }

  private loadThread(message: Message | undefined): void {
    if (!message) return;
    this.parents.push(message.id);
    this.later(this.view.loadThread(message.id));
  }

  private async change(kind: Step['kind'], pick: number, message?: Message): Promise<void> {
    const { messages, reactions, participants, talks } = writer;
    const { id } = this.talk;
    if (kind === 'send') this.messages.push(await messages.send({ chat_id: id, text: `text ${pick}` }));
    if (kind === 'add') await participants.add(id, c.id);
    if (kind === 'remove') await participants.remove(id, await this.participantC());
    if (kind === 'rename') await talks.update(id, { name: `name ${pick}` });
    if (kind === 'closeAndReopen') await talks.close(id).then(() => talks.reopen(id));
    if (!message) return;
    if (kind === 'reply')
      this.messages.push(await messages.send({ chat_id: id, text: 'reply', parent_id: message.id }));
    if (kind === 'edit') await messages.update(message.id, { text: `edited ${pick}` });
    if (kind === 'delete') await messages.delete(message.id);
    if (kind === 'react') await reactions.add(message.id, '👍');
    if (kind === 'unreact') await reactions.remove(message.id, '👍');
  }

  private async participantC(): Promise<string> {
    const all = await writer.participants.list(this.talk.id);
    return all.find(({ owner_id }) => owner_id === c.id)?.id ?? a.id;
  }

  /** As retention does it: all but the newest event. */
  private forget(): Promise<unknown> {
    return world.database.query(
      `DELETE FROM events e WHERE kind = 'chat' AND stream_id = $1 AND seq <
         (SELECT max(seq) FROM events WHERE kind = 'chat' AND stream_id = $1)`,
      [this.talk.id],
    );
  }
}

/** A change that the talk does not allow just now is none; a call that the cable was pulled from may be one. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof TalkError) || error.status === 400 || error.status >= 500) throw error;
}

async function startHistory(): Promise<History> {
  const talk = await createTalk(a, [b], { type: 'group' });
  for (let n = 0; n < 55; n += 1) await writer.messages.send({ chat_id: talk.id, text: `old ${n}` });
  const client = new TalkClient({ url: proxy.url, token: b.token, backoff: { from: 10, to: 50 } });
  return new History(talk, client, await client.view(talk.id));
}

it('whatever is changed, lost and not kept, a view ends as a fresh snapshot would', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const history = await startHistory();
      try {
        for (const one of steps) await history.run(one);
        await history.finish();
        await untilCurrent(history.view, a, history.talk, history.parents);
      } finally {
        history.view.close();
        history.client.close();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 120_000);
