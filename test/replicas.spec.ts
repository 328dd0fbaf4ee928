import { Redis } from 'ioredis';
import { isOwn } from './support/client.js';
import { CHATS, MESSAGES, range } from './support/builders.js';
import { World } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create({ replicas: 2 })));
afterAll(() => world.close());

async function group(names: string[]) {
  const agents = await world.agents(...names);
  const [first, ...others] = agents;
  const { body } = await first!
    .api()
    .post(CHATS, { type: 'group', participant_ids: others.map(({ id }) => id) });
  return { agents, chatId: body.id as string };
}

describe('two replicas', () => {
  it('push what is written through either to the sockets of both, in order and once', async () => {
    const { agents, chatId } = await group(['A', 'B']);
    const clients = await Promise.all([
      agents[0]!.follow(0),
      agents[0]!.follow(1),
      agents[1]!.follow(0),
      agents[1]!.follow(1),
    ]);
    await Promise.all(
      range(1, 100).map((n) =>
        agents[n % 2]!.api(n % 3 === 0 ? 0 : 1).post(MESSAGES, { chat_id: chatId, text: `message ${n}` }),
      ),
    );
    await Promise.all(clients.map((client) => client.reach(chatId, 100)));
    const stored = await world.database.query<{ seq: string; payload: object }>(
      `SELECT seq, payload FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq`,
      [chatId],
    );
    for (const client of clients) {
      expect(client.of(chatId).map(({ seq }) => seq)).toEqual(range(1, 100));
      expect(client.of(chatId).map(({ data }) => data as object)).toEqual(
        stored.map(({ payload }) => payload),
      );
    }
  });

  it('start pushing to an agent that was added through the other, at exactly its joining', async () => {
    const { agents, chatId } = await group(['A']);
    const added = await world.agent('Added');
    const client = await added.follow(1);
    await agents[0]!.api(0).post(MESSAGES, { chat_id: chatId, text: 'before' });
    await agents[0]!.api(0).post(`${CHATS}/${chatId}/participants`, { owner_id: added.id });
    await agents[0]!.api(0).post(MESSAGES, { chat_id: chatId, text: 'after' });
    await client.reach(chatId, 4);
    expect(client.of(chatId).map(({ type, seq }) => [type, seq])).toEqual([
      ['chat_joined', 1],
      ['participant_joined', 2],
      ['message_created', 3],
      ['message_created', 4],
    ]);
  });

  it('stop pushing to an agent that was removed through the other, at exactly its leaving', async () => {
    const { agents, chatId } = await group(['A', 'B']);
    const [stays, goes] = agents;
    const watcher = await stays!.follow(0);
    const client = await goes!.follow(1);
    await stays!.api(0).post(MESSAGES, { chat_id: chatId, text: 'before' });
    const { body: participants } = await stays!.api(0).get(`${CHATS}/${chatId}/participants`);
    const { id } = participants.find(({ owner_id }: { owner_id: string }) => owner_id === goes!.id);
    await stays!.api(0).delete(`${CHATS}/${chatId}/participants/${id}`);
    await Promise.all(
      range(1, 20).map((n) => stays!.api(0).post(MESSAGES, { chat_id: chatId, text: `after ${n}` })),
    );
    await watcher.reach(chatId, 23);
    await client.until((events) => events.some(({ type }) => type === 'chat_left'));
    expect(client.of(chatId).map(({ type, seq }) => [type, seq])).toEqual([
      ['message_created', 1],
      ['message_created', 2],
      ['participant_left', 3],
      ['chat_left', 3],
    ]);
  });

  it('stop pushing a deleted talk after its chat_deleted', async () => {
    const { agents, chatId } = await group(['A', 'B']);
    const client = await agents[1]!.follow(1);
    await agents[0]!.api(0).delete(`${CHATS}/${chatId}`);
    await client.until((events) => events.some(({ type }) => type === 'chat_deleted'));
    const ack = await client.subscribe({});
    expect(ack.positions).toEqual({});
  });

  it('push each agent its own joining and leaving on all of its sockets', async () => {
    const { agents, chatId } = await group(['A']);
    const added = await world.agent('Added');
    const clients = await Promise.all([added.follow(0), added.follow(1)]);
    const { body } = await agents[0]!.api(0).post(`${CHATS}/${chatId}/participants`, { owner_id: added.id });
    await added.api(1).delete(`${CHATS}/${chatId}/participants/${body.id}`);
    for (const client of clients) {
      await client.until((events) => events.some(({ type }) => type === 'chat_left'));
      expect(client.events.filter(isOwn).map(({ type, seq }) => [type, seq])).toEqual([
        ['chat_joined', 0],
        ['chat_left', 4],
      ]);
    }
  });

  it('stand garbage on their channels, and deliver what is true', async () => {
    const { agents, chatId } = await group(['A', 'B']);
    const client = await agents[1]!.follow(1);
    const redis = new Redis(process.env.TEST_REDIS_URL ?? '');
    const channel = `${world.env.REDIS_PREFIX}:chat:${chatId}`;
    const forged = {
      kind: 'chat',
      stream_id: chatId,
      seq: 7,
      type: 'message_created',
      tm_create: '2024-01-17 10:30:00.000000',
      payload: {},
    };
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      JSON.stringify({ ...forged, seq: -1 }),
      JSON.stringify({ ...forged, tm_create: 'now' }),
      JSON.stringify(forged),
    ]) {
      await redis.publish(channel, text);
    }
    await agents[0]!.api(0).post(MESSAGES, { chat_id: chatId, text: 'true' });
    await client.reach(chatId, 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all(
      range(2, 8).map((n) => agents[0]!.api(0).post(MESSAGES, { chat_id: chatId, text: `true ${n}` })),
    );
    await client.reach(chatId, 8);
    expect(client.of(chatId).map(({ seq, data }) => [seq, data.chat_id])).toEqual(
      range(1, 8).map((n) => [n, chatId]),
    );
    redis.disconnect();
  });

  it('deliver the last event of a talk although its publication was lost', async () => {
    const { agents, chatId } = await group(['A', 'B']);
    const client = await agents[1]!.follow(1);
    const sent = await agents[0]!.api(0).post(MESSAGES, { chat_id: chatId, text: 'published' });
    await client.reach(chatId, 1);
    // Written as a replica writes it, but published by nobody.
    await world.database.query(
      `INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
       VALUES ('chat', $1, 2, 'message_created', $2, now())`,
      [chatId, JSON.stringify({ ...sent.body, text: 'not published' })],
    );
    await client.reach(chatId, 2);
    expect(client.of(chatId)[1]?.data.text).toBe('not published');
  });
});
