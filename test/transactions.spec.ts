import { CHATS, MESSAGES } from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create({ replicas: 2 })));
afterAll(() => world.close());

/** Numbers that look random and are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

function shuffled<Item>(items: Item[], next: () => number): Item[] {
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

interface StreamSummary {
  kind: string;
  events: number;
  head: number;
  first: number;
  times: number;
  ordered: boolean;
}

describe('500 transactions at once over crossing sets of streams', () => {
  let statuses: number[];
  let streams: StreamSummary[];

  beforeAll(async () => {
    const agents = await Promise.all(Array.from({ length: 30 }, (_, index) => world.agent(`Agent ${index}`)));
    const chats = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const [creator, member] = [agents[index]!, agents[index + 10]!];
        const { body } = await creator.api().post(CHATS, { type: 'group', participant_ids: [member.id] });
        return { id: body.id as string, creator };
      }),
    );
    const next = sequence(20_240_117);
    const pick = (): TestAgent => agents[Math.floor(next() * agents.length)]!;
    const create = (replica: number): Promise<number> =>
      pick()
        .api(replica)
        .post(CHATS, {
          type: 'group',
          participant_ids: shuffled(agents, next)
            .slice(0, 8)
            .map(({ id }) => id),
        })
        .then(({ status }) => status);
    const join = (replica: number): Promise<number> => {
      const chat = chats[Math.floor(next() * chats.length)]!;
      const body = { owner_id: pick().id };
      return chat.creator
        .api(replica)
        .post(`${CHATS}/${chat.id}/participants`, body)
        .then(({ status }) => status);
    };
    const send = (replica: number): Promise<number> => {
      const chat = chats[Math.floor(next() * chats.length)]!;
      const body = { chat_id: chat.id, text: 'one of many' };
      return chat.creator
        .api(replica)
        .post(MESSAGES, body)
        .then(({ status }) => status);
    };
    statuses = await Promise.all(
      Array.from({ length: 500 }, (_, index) => [create, join, send][index % 3]!(Math.floor(index / 3) % 2)),
    );
    streams = await world.database.query<StreamSummary>(
      `SELECT kind, count(*)::int AS events, max(seq)::int AS head, min(seq)::int AS first,
              count(DISTINCT tm_create)::int AS times,
              bool_and(in_order) AS ordered
       FROM (SELECT *, tm_create > coalesce(lag(tm_create) OVER (PARTITION BY kind, stream_id ORDER BY seq), '-infinity')
                       AS in_order FROM events) e
       GROUP BY kind, stream_id`,
    );
  }, 120_000);

  it('all end, none by a deadlock or a time limit', () => {
    // 409: an agent was added that is a participant already.
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(350);
  });

  it('leave no gap in any stream', () => {
    expect(streams.length).toBeGreaterThan(30);
    for (const { events, head, first } of streams) expect([first, head]).toEqual([1, events]);
  });

  it('give each event of a stream a time of its own, in the order of its seqs', () => {
    for (const { events, times, ordered } of streams) expect([times, ordered]).toEqual([events, true]);
  });
});
