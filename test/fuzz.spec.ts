import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { createTalk, send } from './support/builders.js';
import type { Client } from './support/client.js';
import { expectUnharmed } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

/** Of each, a thousand batches of ten are sent. */
const BATCHES = 1_000;
const PER_BATCH = 10;

let world: World;
let agent: TestAgent;
let client: Client;
/** Ids that exist, so that what is generated gets past the first check. */
let ids: string[];
beforeAll(async () => {
  world = await World.create();
  const others = await world.agents('Agent A', 'Agent B');
  [agent] = others;
  const talk = await createTalk(agent, others);
  const message = await send(agent, talk, 'the first');
  ids = [talk.id, message.id, others[1].id, agent.id, randomUUID()];
  client = await agent.follow();
});
afterAll(() => world.close());

const anId = fc.oneof(
  fc.nat(4).map((index) => ids[index] ?? ''),
  fc.constantFrom('', 'x', '%00', '..', 'null'),
);

const aText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    "'; DROP TABLE messages; --",
    '\u0000',
    '\ud800',
    '👍',
    ':thumbsup:',
    '__proto__',
    '${7*7}',
    '%s',
  ),
);

const aValue = fc.oneof(
  { weight: 3, arbitrary: aText },
  { weight: 2, arbitrary: anId },
  fc.jsonValue({ maxDepth: 3 }),
);

const FIELDS = [
  ...['chat_id', 'text', 'parent_id', 'medias', 'type', 'client_message_id', 'message_id', 'emoji', 'name'],
  ...['detail', 'participants', 'participant_ids', 'owner_id', 'owner_type', 'agent_id', 'chat_ids', 'after'],
  ...['epoch', 'token', 'username', 'password', 'expire', 'role', 'status', 'constructor', 'unknown'],
];

const aBody = fc.oneof(
  { weight: 8, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), aValue, { maxKeys: 5 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

const aPath = fc
  .tuple(
    fc.constantFrom('', '/v1.0'),
    fc.constantFrom(
      ...['/talks', '/service_agents/talk_chats', '/service_agents/talk_messages', '/messages', '/agents'],
      ...['/accesskeys', '/customers', '/service_agents/me', '/auth/login', '/nowhere'],
    ),
    fc.oneof(
      fc.constant(''),
      anId.map((id) => `/${encodeURIComponent(id)}`),
    ),
    fc.constantFrom('', '', '/messages', '/participants', '/reactions', '/close', '/reopen'),
    fc.oneof(
      fc.constant(''),
      anId.map((id) => `/${encodeURIComponent(id)}`),
    ),
    fc.dictionary(
      fc.constantFrom(
        'page_size',
        'page_token',
        'order',
        'chat_id',
        'parent_id',
        'after_seq',
        'status',
        'emoji',
        'x',
      ),
      fc.oneof(fc.constantFrom('1', '100', 'asc', 'desc', 'active', '2024-01-17 10:30:00.000000'), anId),
      { maxKeys: 3 },
    ),
  )
  .map(([version, root, id, part, inner, query]) => {
    const path = version + root + id + part + inner;
    return Object.keys(query).length > 0 ? `${path}?${new URLSearchParams(query).toString()}` : path;
  });

const aRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'DELETE'),
  path: aPath,
  body: aBody,
  key: fc.option(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 }), { nil: undefined }),
});

/** Another at every run; given to fast-check again, it repeats the run. */
function printedSeed(): number {
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(`fuzz seed ${seed}\n`);
  return seed;
}

function expectSound(status: number, body: unknown): void {
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  expect(body).toMatchObject({
    status,
    code: expect.any(String),
    title: expect.any(String),
    type: expect.any(String),
  });
  expect(body).toMatchObject({ detail: expect.any(String), request_id: expect.any(String) });
}

it('10,000 generated requests meet no failure, and every refusal is a problem', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRequest, { minLength: PER_BATCH, maxLength: PER_BATCH }), async (requests) => {
      const answers = await Promise.all(
        requests.map(({ method, path, body, key }) =>
          agent
            .api()
            .call(
              method,
              path,
              method === 'GET' ? undefined : JSON.stringify(body),
              key ? { 'Idempotency-Key': key } : {},
            ),
        ),
      );
      for (const { status, body } of answers) expectSound(status, body);
    }),
    { numRuns: BATCHES, endOnFailure: true, seed: printedSeed() },
  );
  await expectUnharmed(world);
}, 300_000);

it('10,000 generated packets meet no failure, and every ack says what came of them', async () => {
  const aPacket = fc.record({
    name: fc.constantFrom(
      ...['subscribe', 'unsubscribe', 'refresh', 'message_create', 'message_update', 'message_delete'],
      ...['reaction_add', 'reaction_remove', 'nothing'],
    ),
    payload: aBody,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(aPacket, { minLength: PER_BATCH, maxLength: PER_BATCH }), async (packets) => {
      const acks = await Promise.all(packets.map(({ name, payload }) => client.emit(name, payload)));
      for (const ack of acks) {
        expect(typeof ack.ok).toBe('boolean');
        if (!ack.ok) expectSound(ack.error.status, ack.error);
      }
    }),
    { numRuns: BATCHES, endOnFailure: true, seed: printedSeed() },
  );
  await expectUnharmed(world);
}, 300_000);
