import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { Page } from '../src/http/page.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import { AGENTS, CHATS, createTalk, listAll, MESSAGES, ok, range, send } from './support/builders.js';
import { expectProblem } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

interface Item {
  id: string;
  tm_create: string;
}

let world: World;
let a: TestAgent;
let talks: ChatResource[];

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

const ids = (items: Item[]): string[] => items.map(({ id }) => id);

/** Gives the rows, in the order of their ids, these times: whole microseconds after one moment. */
const setTimes = (table: string, rows: Item[], offsets: number[]): Promise<unknown> =>
  world.database.query(
    `UPDATE ${table} SET tm_create = '2026-01-01 00:00:00+00'::timestamptz + t.micros * interval '1 microsecond'
     FROM unnest($1::uuid[], $2::int[]) AS t (row_id, micros) WHERE id = t.row_id`,
    [ids(rows).sort(), offsets],
  );

/** Some share their microsecond with the next, some with many, some with none. */
const MIXED = [0, 0, 1, 2, 2, 2, 2, 2, 2, 3, 4, 4];

const inOrder = (items: Item[], order: string): Item[] => {
  const sorted = items.toSorted((x, y) => (x.tm_create + x.id < y.tm_create + y.id ? -1 : 1));
  return order === 'asc' ? sorted : sorted.reverse();
};

const startTalks = (count: number): Promise<ChatResource[]> =>
  Promise.all(range(1, count).map(() => createTalk(a, [], { type: 'group' })));

/** A list, how it gets its twelve items, and how one more is written to it. */
const LISTS: {
  list: string;
  path: () => string;
  fill: () => Promise<void>;
  writeMore: () => Promise<unknown>;
}[] = [
  {
    list: 'talks',
    path: () => `${CHATS}?`,
    fill: async () => void (await setTimes('chats', talks, MIXED)),
    writeMore: () => createTalk(a),
  },
  {
    list: 'the messages of one talk',
    path: () => `${MESSAGES}?chat_id=${talks[0]!.id}`,
    fill: async () => {
      const sent = await Promise.all(MIXED.map((n) => send(a, talks[0]!, `${n}`)));
      await setTimes('messages', sent, range(0, 11));
    },
    writeMore: () => send(a, talks[0]!, 'More'),
  },
  {
    list: 'the messages of all my talks',
    path: () => `${MESSAGES}?`,
    fill: async () => {
      const sent = await Promise.all(talks.map((talk) => send(a, talk, 'Hello')));
      await setTimes('messages', sent, MIXED);
    },
    writeMore: () => send(a, talks[0]!, 'More'),
  },
  {
    list: 'agents',
    path: () => `${AGENTS}?`,
    fill: async () => {
      const { customerId } = a;
      const agents = await Promise.all(range(1, 11).map(() => world.agent('Another', { customerId })));
      const rows = [a, ...agents].map(({ id }) => ({ id, tm_create: '' }));
      await setTimes('agents', rows, MIXED);
    },
    writeMore: () => world.agent('More', { customerId: a.customerId }),
  },
];

describe.each(LISTS)('the list of $list', ({ path, fill, writeMore }) => {
  beforeAll(async () => {
    a = await world.agent('Agent A', { customerId: randomUUID() });
    talks = await startTalks(MIXED.length);
    await fill();
  });

  const whole = async (order: string): Promise<Item[]> =>
    (await ok<Page<Item>>(a.api().get(`${path()}&page_size=100&order=${order}`))).result;

  it.each(['asc', 'desc'])('is in order of time, then of id: %s', async (order) => {
    const items = await whole(order);
    expect(items).toHaveLength(MIXED.length);
    expect(ids(items)).toEqual(ids(inOrder(items, order)));
  });

  it.each(['asc', 'desc'])('skips and repeats nothing, whatever the size of its pages: %s', async (order) => {
    const items = await whole(order);
    for (const size of range(1, 7)) {
      expect(await listAll(a, `${path()}&order=${order}`, size)).toEqual(items);
    }
  });

  it('gives as its token the last time, with the id only where the time would not do', async () => {
    const items = await whole('asc');
    for (const size of range(1, items.length)) {
      const { result, next_page_token } = await ok<Page<Item>>(
        a.api().get(`${path()}&order=asc&page_size=${size}`),
      );
      const { tm_create, id } = result.at(-1)!;
      const isShared = items[size]?.tm_create === tm_create;
      expect(next_page_token).toBe(isShared ? `${tm_create},${id}` : tm_create);
    }
  });

  it.each(['asc', 'desc'])(
    'has what was there before the first page exactly once, while others write: %s',
    async (order) => {
      const before = await whole(order);
      const writing: Promise<unknown>[] = [];
      const writeWhileReading = (): void => {
        if (writing.length < 10) writing.push(writeMore(), writeMore());
      };
      const read = await listAll<Item>(a, `${path()}&order=${order}`, 2, writeWhileReading);
      await Promise.all(writing);
      const known = new Set(ids(before));
      expect(ids(read.filter(({ id }) => known.has(id)))).toEqual(ids(before));
      expect(new Set(ids(read)).size).toBe(read.length);
    },
  );
});

describe('any times and any size of pages', () => {
  it('give every talk once, either way', async () => {
    a = await world.agent('Agent A', { customerId: randomUUID() });
    const made = await startTalks(8);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('asc', 'desc'),
        async (offsets, size, order) => {
          await setTimes('chats', made, offsets);
          const read = await listAll<ChatResource>(a, `${CHATS}?order=${order}`, size);
          expect(read).toEqual(inOrder(read, order));
          expect(ids(read).sort()).toEqual(ids(made).sort());
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('after_seq and before_seq', () => {
  let talk: ChatResource;

  beforeAll(async () => {
    a = await world.agent('Agent A');
    talk = await createTalk(a);
    for (const n of range(1, 9)) await send(a, talk, `${n}`);
  });

  it.each([
    { query: 'after_seq=0', seqs: range(1, 9) },
    { query: 'after_seq=4', seqs: range(5, 9) },
    { query: 'after_seq=9', seqs: [] },
    { query: 'before_seq=4', seqs: range(1, 3) },
    { query: 'before_seq=4&order=desc', seqs: [3, 2, 1] },
    { query: 'before_seq=1', seqs: [] },
    { query: 'after_seq=2&before_seq=6', seqs: range(3, 5) },
    { query: 'after_seq=6&before_seq=2', seqs: [] },
  ])('narrow the messages of one talk, page by page: $query', async ({ query, seqs }) => {
    for (const path of [`${MESSAGES}?chat_id=${talk.id}&${query}`, `/talks/${talk.id}/messages?${query}`]) {
      for (const size of [1, 2, 3, 10]) {
        expect((await listAll<MessageResource>(a, path, size)).map(({ seq }) => seq)).toEqual(seqs);
      }
    }
  });

  it.each(['after_seq', 'before_seq'])('need a talk: %s', async (name) => {
    expectProblem(await a.api().get(`${MESSAGES}?${name}=1`), 400, 'invalid_request', name);
  });

  it.each(['', '-1', '1.5', 'x', '1e3', '9007199254740992'])(
    'are whole numbers, so not %j',
    async (value) => {
      for (const name of ['after_seq', 'before_seq']) {
        const answer = await a.api().get(`${MESSAGES}?chat_id=${talk.id}&${name}=${value}`);
        expectProblem(answer, 400, 'invalid_request', name);
      }
    },
  );
});
