import { randomUUID } from 'node:crypto';
import { receivedSeqs } from './support/history.js';
import type { Client } from './support/client.js';
import { CHATS, MESSAGES, range } from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create({ replicas: 2 })));
afterAll(() => world.close());

/** A talk of two agents with this many messages in it. */
async function talk(messages: number): Promise<{ a: TestAgent; b: TestAgent; chatId: string }> {
  const [a, b] = await world.agents('A', 'B');
  const { body } = await a.api().post(CHATS, { type: 'group', participant_ids: [b.id] });
  await send(a, body.id, messages);
  return { a, b, chatId: body.id };
}

async function send(agent: TestAgent, chatId: string, count: number): Promise<void> {
  for (const n of range(1, count)) await agent.api(n % 2).post(MESSAGES, { chat_id: chatId, text: `${n}` });
}

async function participantId(agent: TestAgent, chatId: string, ownerId: string): Promise<string> {
  const { body } = await agent.api().get(`${CHATS}/${chatId}/participants`);
  return body.find(({ owner_id }: { owner_id: string }) => owner_id === ownerId).id;
}

describe('subscribe', () => {
  it('follows every talk from now on, and tells where each stands', async () => {
    const { a, b, chatId } = await talk(3);
    const client = await b.connect(1);
    const ack = await client.subscribe();
    expect(ack).toEqual({
      ok: true,
      epoch: expect.any(String),
      positions: { [chatId]: 3 },
      resync: [],
      left: [],
    });
    await send(a, chatId, 2);
    await client.reach(chatId, 5);
    expect(receivedSeqs(client, chatId)).toEqual([4, 5]);
  });

  it('replays what came after, before its ack, and goes on without a gap', async () => {
    const { a, b, chatId } = await talk(5);
    const client = await b.connect(1);
    const { epoch } = await (await b.connect(0)).subscribe();
    const ack = await client.subscribe({ after: { [chatId]: 2 }, epoch });
    expect(receivedSeqs(client, chatId)).toEqual([3, 4, 5]);
    expect(ack).toMatchObject({ ok: true, positions: { [chatId]: 5 }, resync: [], left: [] });
    await send(a, chatId, 1);
    await client.reach(chatId, 6);
    expect(receivedSeqs(client, chatId)).toEqual([3, 4, 5, 6]);
  });

  it('follows only the talks that are named', async () => {
    const { a, b, chatId } = await talk(1);
    const { body: other } = await a.api().post(CHATS, { type: 'group', participant_ids: [b.id] });
    const client = await b.connect();
    expect((await client.subscribe({ chat_ids: [chatId] })).positions).toEqual({ [chatId]: 1 });
    await send(a, other.id, 1);
    await send(a, chatId, 1);
    await client.reach(chatId, 2);
    expect(receivedSeqs(client, other.id)).toEqual([]);
  });

  it('does not replay a talk that is followed already', async () => {
    const { b, chatId } = await talk(3);
    const client = await b.connect();
    const { epoch } = await client.subscribe();
    const ack = await client.subscribe({ after: { [chatId]: 0 }, epoch });
    expect(ack).toMatchObject({ ok: true, positions: { [chatId]: 3 }, resync: [] });
    expect(client.events).toEqual([]);
  });

  it.each([
    ['its epoch is another', (seq: number, epoch: string) => ({ seq: seq - 1, epoch: `not ${epoch}` })],
    ['no epoch comes with it', (seq: number) => ({ seq: seq - 1, epoch: undefined })],
    ['its seq is beyond the talk', (seq: number, epoch: string) => ({ seq: seq + 1, epoch })],
  ])('asks for a resync of a talk where %s', async (_, position) => {
    const { a, b, chatId } = await talk(3);
    const { epoch } = await (await b.connect()).subscribe();
    const client = await b.connect();
    const given = position(3, epoch);
    const ack = await client.subscribe({
      after: { [chatId]: given.seq },
      ...(given.epoch && { epoch: given.epoch }),
    });
    expect(ack).toMatchObject({ ok: true, epoch, positions: { [chatId]: 3 }, resync: [chatId] });
    await send(a, chatId, 1);
    await client.reach(chatId, 4);
    expect(receivedSeqs(client, chatId)).toEqual([4]);
  });

  it('asks for a resync where the gap is no longer kept', async () => {
    const { b, chatId } = await talk(6);
    const { epoch } = await (await b.connect()).subscribe();
    await world.database.query(`DELETE FROM events WHERE kind = 'chat' AND stream_id = $1 AND seq <= 3`, [
      chatId,
    ]);
    const [behind, justInTime] = [await b.connect(), await b.connect()];
    expect(await behind.subscribe({ after: { [chatId]: 2 }, epoch })).toMatchObject({
      resync: [chatId],
      positions: { [chatId]: 6 },
    });
    expect(await justInTime.subscribe({ after: { [chatId]: 3 }, epoch })).toMatchObject({ resync: [] });
    expect(receivedSeqs(behind, chatId)).toEqual([]);
    expect(receivedSeqs(justInTime, chatId)).toEqual([4, 5, 6]);
  });

  it('asks for a resync of a gap of over 5,000 events, and replays one of 5,000 in order', async () => {
    const { b, chatId } = await talk(1);
    await world.database.query(
      `INSERT INTO events (kind, stream_id, seq, type, payload, tm_create)
       SELECT kind, stream_id, n, type, payload, tm_create + n * interval '1 microsecond'
       FROM events, generate_series(2, 5001) n WHERE kind = 'chat' AND stream_id = $1`,
      [chatId],
    );
    const [far, near] = [await b.connect(), await b.connect()];
    const { epoch } = await (await b.connect()).subscribe();
    expect(await far.subscribe({ after: { [chatId]: 0 }, epoch })).toMatchObject({ resync: [chatId] });
    expect(await near.subscribe({ after: { [chatId]: 1 }, epoch })).toMatchObject({
      resync: [],
      positions: { [chatId]: 5001 },
    });
    expect(receivedSeqs(far, chatId)).toEqual([]);
    expect(receivedSeqs(near, chatId)).toEqual(range(2, 5001));
  });

  it('names the talks of after that the agent is in no more', async () => {
    const { a, b, chatId } = await talk(2);
    await a.api().delete(`${CHATS}/${chatId}/participants/${await participantId(a, chatId, b.id)}`);
    const client = await b.connect();
    const ack = await client.subscribe({ after: { [chatId]: 1 }, chat_ids: [chatId], epoch: 'any' });
    expect(ack).toEqual({ ok: true, epoch: expect.any(String), positions: {}, resync: [], left: [chatId] });
  });

  it('refuses the whole packet where it names a talk that may not be followed', async () => {
    const { a, b, chatId } = await talk(1);
    const { body: foreign } = await a.api().post(CHATS, { name: 'without B' });
    const client = await b.connect();
    expect(await client.subscribe({ chat_ids: [chatId, foreign.id] })).toMatchObject({
      ok: false,
      error: { status: 403, code: 'not_participant' },
    });
    expect(await client.subscribe({ chat_ids: [chatId, randomUUID()] })).toMatchObject({
      ok: false,
      error: { status: 404, code: 'talk_not_found' },
    });
    await send(a, chatId, 1);
    expect((await client.subscribe({ chat_ids: [chatId] })).positions).toEqual({ [chatId]: 2 });
    expect(client.events).toEqual([]);
  });

  it('replays over an earlier leaving of an agent that is back', async () => {
    const { a, b, chatId } = await talk(1);
    const { epoch } = await (await b.connect()).subscribe();
    await a.api().delete(`${CHATS}/${chatId}/participants/${await participantId(a, chatId, b.id)}`);
    await a.api().post(`${CHATS}/${chatId}/participants`, { owner_id: b.id });
    await send(a, chatId, 1);
    const client = await b.connect(1);
    await client.subscribe({ after: { [chatId]: 0 }, epoch });
    expect(receivedSeqs(client, chatId)).toEqual([1, 2, 3, 4, 5, 6]);
    await send(a, chatId, 1);
    await client.reach(chatId, 7);
  });
});

describe('unsubscribe', () => {
  it('stops the talks that are named, and leaves the others', async () => {
    const { a, b, chatId } = await talk(0);
    const { body: other } = await a.api().post(CHATS, { type: 'group', participant_ids: [b.id] });
    const client = await b.follow(1);
    expect(await client.emit('unsubscribe', { chat_ids: [chatId] })).toEqual({ ok: true });
    await send(a, chatId, 1);
    await send(a, other.id, 1);
    await client.reach(other.id, 1);
    expect(receivedSeqs(client, chatId)).toEqual([]);
  });

  it('stops all talks, those to come included, and lets one subscribe again', async () => {
    const { a, b, chatId } = await talk(1);
    const client = await b.follow(1);
    await client.emit('unsubscribe');
    await a.api().post(CHATS, { type: 'group', participant_ids: [b.id] });
    await send(a, chatId, 1);
    const ack = await client.subscribe({ chat_ids: [chatId] });
    expect(ack.positions).toEqual({ [chatId]: 2 });
    expect(client.events).toEqual([]);
  });
});

describe('a client that reconnects again and again, to either replica, while others write', () => {
  it('sees every event once and in order', async () => {
    const { a, b, chatId } = await talk(0);
    const seen: number[] = [];
    const { epoch } = await (await b.connect()).subscribe();
    const writing = send(a, chatId, 300);
    let client: Client | undefined;
    for (let turn = 0; (seen.at(-1) ?? 0) < 300; turn += 1) {
      client = await b.connect(turn % 2);
      await client.subscribe({ after: { [chatId]: seen.at(-1) ?? 0 }, epoch });
      await new Promise((resolve) => setTimeout(resolve, (turn * 7) % 40));
      client.close();
      seen.push(...receivedSeqs(client, chatId));
    }
    await writing;
    expect(seen).toEqual(range(1, 300));
  });
});
