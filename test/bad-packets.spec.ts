import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createTalk, send } from './support/builders.js';
import type { Client } from './support/client.js';
import { expectRefusal, expectUnharmed } from './support/problems.js';
import type { TestAgent } from './support/world.js';
import { World } from './support/world.js';

const A_TALK = randomUUID();

const NO_ARRAYS = ['x', A_TALK, 1, true, null, {}, { 0: A_TALK, length: 1 }];
const NO_UUIDS = [
  'x',
  '',
  1,
  true,
  null,
  {},
  [],
  [A_TALK],
  `${A_TALK}0`,
  `{${A_TALK}}`,
  `${A_TALK}\0`,
  '\ud800',
];
const NO_OBJECTS = [[], [A_TALK], 'x', 1, true, null];
const NO_SEQS = [-1, 1.5, '1', '', null, true, [], {}, 2 ** 53, 1e300, -(2 ** 53)];
const NO_EPOCHS = [1, true, null, [], {}];

const WRONG_SUBSCRIPTIONS: [path: string, packet: unknown][] = [
  ...NO_ARRAYS.map((value): [string, unknown] => ['chat_ids', { chat_ids: value }]),
  ...NO_UUIDS.map((value): [string, unknown] => ['chat_ids.0', { chat_ids: [value] }]),
  ['chat_ids.1', { chat_ids: [A_TALK, 'x'] }],
  ...NO_OBJECTS.map((value): [string, unknown] => ['after', { after: value, epoch: 'e' }]),
  ...NO_SEQS.map((value): [string, unknown] => [
    `after.${A_TALK}`,
    { after: { [A_TALK]: value }, epoch: 'e' },
  ]),
  ['after.x', { after: { x: 1 }, epoch: 'e' }],
  ['after.__proto__', JSON.parse('{"after":{"__proto__":1},"epoch":"e"}')],
  ['after.constructor', { after: { constructor: 1 }, epoch: 'e' }],
  ...NO_EPOCHS.map((value): [string, unknown] => ['epoch', { epoch: value }]),
  ['surprise', { surprise: 1 }],
  ['chatIds', { chatIds: [] }],
  ['__proto__', JSON.parse('{"__proto__":{}}')],
  ['constructor', { constructor: 1 }],
];

const UNKNOWN_PACKETS = [
  'nope',
  '',
  'Subscribe',
  'subscribe ',
  'toString',
  '__proto__',
  'constructor',
  'error',
  'then',
  '\0',
];
const NO_PAYLOADS = ['x', '', 1, 0, true, false, [], [{}]];

/** A deep value of about this size. */
const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

/** Any JSON, and packets that are nearly right. */
const anyPacket = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      chat_ids: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.uuid(), fc.string()))),
      after: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.oneof(fc.uuid(), fc.string()), fc.oneof(fc.nat(), fc.jsonValue())),
      ),
      epoch: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      surprise: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

describe('packets', () => {
  let world: World;
  let agentA: TestAgent;
  let agentB: TestAgent;
  let client: Client;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    agentA = await world.agent('Agent A');
    agentB = await world.agent('Agent B');
    client = await agentA.connect();
  });
  afterAll(() => world.close());

  describe('subscribe', () => {
    it.each(WRONG_SUBSCRIPTIONS)('refuses a wrong %s: %j', async (path, packet) => {
      expectRefusal(await client.emit('subscribe', packet), 400, 'invalid_request', path);
    });

    it.each(NO_PAYLOADS)('refuses the payload %j', async (payload) => {
      expectRefusal(await client.emit('subscribe', payload), 400, 'invalid_request');
    });

    it('refuses two payloads', async () => {
      const ack: unknown = await client.socket.timeout(5000).emitWithAck('subscribe', {}, {});
      expectRefusal(ack, 400, 'invalid_request');
    });

    it('refuses binary payloads', async () => {
      expectRefusal(await client.emit('subscribe', Buffer.from('x')), 400, 'invalid_request');
      expectRefusal(await client.emit('subscribe', { chat_ids: [Buffer.from('x')] }), 400, 'invalid_request');
      expectRefusal(await client.emit('subscribe', { after: Buffer.from('x') }), 400, 'invalid_request');
    });

    it('refuses what is nested 1,000 levels deep', async () => {
      expectRefusal(await client.emit('subscribe', { chat_ids: deep(1000) }), 400, 'invalid_request');
      expectRefusal(
        await client.emit('subscribe', { after: { [A_TALK]: deep(1000) } }),
        400,
        'invalid_request',
      );
    });

    it('takes a talk that is named thousands of times once', async () => {
      const { id } = await createTalk(agentA);
      const spellings = Array.from({ length: 5000 }, (_, index) => (index % 2 ? id : id.toUpperCase()));
      const ack: unknown = await (await agentA.connect()).subscribe({ chat_ids: spellings });
      expect(ack).toMatchObject({ ok: true, positions: { [id]: 0 }, resync: [], left: [] });
    });

    it.each([
      ['subscribe', { chat_ids: Array(125_000).fill(1) }],
      ['subscribe', { after: Object.fromEntries(Array.from({ length: 20_000 }, (_, id) => [`x${id}`, 1])) }],
      ['unsubscribe', { chat_ids: Array(125_000).fill(1) }],
      ['refresh', Object.fromEntries(Array.from({ length: 20_000 }, (_, id) => [`x${id}`, 1]))],
    ])('names 20 of many thousand wrong parts of a %s', async (name, packet) => {
      const ack = (await client.emit(name, packet)) as { error: { errors: unknown[] } };
      expectRefusal(ack, 400, 'invalid_request');
      expect(ack.error.errors).toHaveLength(20);
    });

    it('refuses thousands of talks that are not there', async () => {
      const ids = Array.from({ length: 5000 }, () => randomUUID());
      expectRefusal(await client.subscribe({ chat_ids: ids }), 404, 'talk_not_found');
    });

    it('has thousands of talks in after that are not there as left', async () => {
      const ids = Array.from({ length: 5000 }, () => randomUUID());
      const after = Object.fromEntries(ids.map((id) => [id, 1]));
      const ack = (await (await agentA.connect()).subscribe({ chat_ids: [], after, epoch: 'e' })) as {
        left: string[];
      };
      expect(ack).toMatchObject({ ok: true, positions: {} });
      expect(new Set(ack.left)).toEqual(new Set(ids));
    });

    it('answers a seq beyond the talk with resync', async () => {
      const talk = await createTalk(agentA);
      const { epoch } = (await (await agentA.connect()).subscribe()) as { epoch: string };
      for (const seq of [1, Number.MAX_SAFE_INTEGER]) {
        const packet = { chat_ids: [talk.id], after: { [talk.id]: seq }, epoch };
        const ack: unknown = await (await agentA.connect()).subscribe(packet);
        expect(ack).toMatchObject({ ok: true, positions: { [talk.id]: 0 }, resync: [talk.id] });
      }
    });
  });

  describe('a talk that may not be followed refuses the whole packet:', () => {
    const foreign = {
      'one that I am not in': async () => (await createTalk(agentB)).id,
      'one of another customer': async () =>
        (await createTalk(await world.agent('Eve', { customerId: randomUUID() }))).id,
      'one that is not there': () => Promise.resolve(randomUUID()),
      'one that was deleted': async () => {
        const { id } = await createTalk(agentA);
        await agentA.api().delete(`/service_agents/talk_chats/${id}`);
        return id;
      },
    };

    it.each([
      ['one that I am not in', 403, 'not_participant'],
      ['one of another customer', 404, 'talk_not_found'],
      ['one that is not there', 404, 'talk_not_found'],
      ['one that was deleted', 404, 'talk_not_found'],
    ] as const)('%s', async (which, status, code) => {
      const mine = await createTalk(agentA, [agentB]);
      const other = await foreign[which]();
      const refused = await agentA.connect();
      const follower = await agentB.follow();

      expectRefusal(await refused.subscribe({ chat_ids: [mine.id, other] }), status, code);

      await send(agentA, mine, 'Does anyone hear me?');
      const joined = await createTalk(agentB, [agentA]);
      await follower.reach(mine.id, 1);
      await follower.until((events) => events.some(({ chat_id }) => chat_id === joined.id));
      // An answer after the events: whatever was on its way to this socket has come by then.
      await refused.emit('unsubscribe', { chat_ids: [] });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(refused.events).toEqual([]);

      await refused.subscribe({ chat_ids: [mine.id] });
      await send(agentA, mine, 'And now?');
      await refused.reach(mine.id, 2);
      expect(refused.of(mine.id).map(({ seq }) => seq)).toEqual([2]);
    });
  });

  describe('unsubscribe', () => {
    it.each([
      ...NO_ARRAYS.map((value) => ['chat_ids', { chat_ids: value }] as const),
      ['chat_ids.0', { chat_ids: ['x'] }] as const,
      ['chat_ids.1', { chat_ids: [A_TALK, null] }] as const,
      ['after', { after: {} }] as const,
      ['surprise', { surprise: 1 }] as const,
    ])('refuses a wrong %s: %j', async (path, packet) => {
      expectRefusal(await client.emit('unsubscribe', packet), 400, 'invalid_request', path);
    });

    it.each(NO_PAYLOADS)('refuses the payload %j', async (payload) => {
      expectRefusal(await client.emit('unsubscribe', payload), 400, 'invalid_request');
    });
  });

  it.each(UNKNOWN_PACKETS)('refuses the unknown packet %j', async (name) => {
    for (const payload of [undefined, {}, 'x', [], { [A_TALK]: deep(100) }]) {
      expectRefusal(await client.emit(name, payload), 400, 'invalid_request');
    }
  });

  it('goes on after packets that ask for no ack', async () => {
    for (const name of ['subscribe', 'unsubscribe', ...UNKNOWN_PACKETS]) {
      for (const payload of NO_PAYLOADS) client.socket.emit(name, payload);
      client.socket.emit(name);
      client.socket.emit(name, {}, {});
    }
    const talk = await createTalk(agentA);
    expect(await client.subscribe({ chat_ids: [talk.id] })).toMatchObject({ ok: true });
    await send(agentA, talk, 'Still here?');
    await client.reach(talk.id, 1);
  });

  it('answers any JSON with an ack, and every refusal with a problem', async () => {
    const probe = await agentA.connect();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('subscribe', 'unsubscribe'), anyPacket, async (name, packet) => {
        const ack = (await probe.emit(name, packet)) as {
          ok: unknown;
          error?: { status: number; code: string };
        };
        if (ack.ok === true) return;
        expectRefusal(ack, ack.error?.status ?? 0, ack.error?.code ?? '');
        expect(String(ack.error?.status)).toMatch(/^4\d\d$/);
      }),
      { numRuns: 300 },
    );
  });

  it('stays unharmed', () => expectUnharmed(world));
});
