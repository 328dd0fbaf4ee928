import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import {
  add,
  anId,
  aTime,
  createTalk,
  event,
  leave,
  logOf,
  messagesOf,
  NIL_UUID,
  participantOf,
  readTalk,
  remove,
  send,
} from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let talk: ChatResource;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  talk = await createTalk(a, [b], { type: 'group' });
});

const lastMessage = async (reader: TestAgent): Promise<MessageResource | undefined> =>
  (await messagesOf(reader, talk)).at(-1);

describe('the system message', () => {
  it('of a join says who joined, and who brought it about', async () => {
    await add(a, talk, c);
    expect(await messagesOf(b, talk)).toEqual([
      {
        id: anId,
        customer_id: world.customerId,
        owner_type: 'system',
        owner_id: NIL_UUID,
        chat_id: talk.id,
        type: 'system',
        text: 'Agent C joined the conversation.',
        medias: [],
        metadata: { reactions: [], system: { code: 'participant_joined', agent_id: c.id, actor_id: a.id } },
        seq: 2,
        reply_count: 0,
        tm_create: aTime,
        tm_update: aTime,
        tm_delete: '',
      },
    ]);
  });

  it('of a removal says who left, and who brought it about', async () => {
    await remove(a, talk, b);
    expect(await lastMessage(a)).toMatchObject({
      type: 'system',
      text: 'Agent B left the conversation.',
      metadata: { system: { code: 'participant_left', agent_id: b.id, actor_id: a.id } },
    });
  });

  it('of a leave names the agent itself as the actor', async () => {
    await leave(b, talk);
    expect(await lastMessage(a)).toMatchObject({
      text: 'Agent B left the conversation.',
      metadata: { system: { code: 'participant_left', agent_id: b.id, actor_id: b.id } },
    });
  });
});

describe('a join', () => {
  it('tells the others of the participant, then of the system message', async () => {
    const watcher = await b.follow();
    const participant = await add(a, talk, c);
    expect(await logOf(watcher, talk, 2)).toEqual([
      event('participant_joined', talk, 1, participant),
      event('message_created', talk, 2, await lastMessage(b)),
    ]);
  });

  it("tells the agent's own sockets of the talk first, with its seq just before", async () => {
    await send(a, talk, 'Before');
    const joiner = await c.follow();
    const participant = await add(a, talk, c);
    const after = await send(a, talk, 'After');
    const [, joined] = await messagesOf(c, talk);
    await joiner.reach(talk.id, 4);
    expect(joiner.of(talk.id)).toEqual([
      event('chat_joined', talk, 1, { ...talk, member_count: 3, seq: 1 }),
      event('participant_joined', talk, 2, participant),
      event('message_created', talk, 3, joined),
      event('message_created', talk, 4, after),
    ]);
  });
});

describe('a leave', () => {
  it('tells the others of the system message, then of the participant', async () => {
    const watcher = await a.follow();
    const participant = await leave(b, talk);
    expect(await logOf(watcher, talk, 2)).toEqual([
      event('message_created', talk, 1, await lastMessage(a)),
      event('participant_left', talk, 2, participant),
    ]);
  });

  it("ends for the agent's own sockets with participant_left and chat_left, both of one seq", async () => {
    const leaver = await b.follow();
    const participant = await remove(a, talk, b);
    await leaver.until((events) => events.some(({ type }) => type === 'chat_left'));
    expect(leaver.of(talk.id)).toEqual([
      event('message_created', talk, 1, await lastMessage(a)),
      event('participant_left', talk, 2, participant),
      event('chat_left', talk, 2, participant),
    ]);
  });

  it('is the last that its agent hears of the talk', async () => {
    const [leaver, stayer] = [await b.follow(), await a.follow()];
    await leave(b, talk);
    await send(a, talk, 'Just between us');
    const elsewhere = await createTalk(a, [b]);
    await stayer.reach(talk.id, 3);
    await leaver.until((events) => events.some(({ chat_id }) => chat_id === elsewhere.id));
    expect(leaver.of(talk.id).map(({ type }) => type)).toEqual([
      'message_created',
      'participant_left',
      'chat_left',
    ]);
  });

  it('of the last one closes the talk, which that one hears no more', async () => {
    const lonely = await createTalk(c);
    const leaver = await c.follow();
    await leave(c, lonely);
    await leaver.until((events) => events.some(({ type }) => type === 'chat_left'));
    expect(leaver.of(lonely.id).map(({ type, seq }) => `${seq} ${type}`)).toEqual([
      '1 message_created',
      '2 participant_left',
      '2 chat_left',
    ]);
  });

  it('and a join again go on in the same log', async () => {
    const client = await b.follow();
    await leave(b, talk);
    await send(a, talk, 'Just between us');
    await add(a, talk, b);
    await client.reach(talk.id, 5);
    expect(client.of(talk.id).map(({ type, seq }) => `${seq} ${type}`)).toEqual([
      '1 message_created',
      '2 participant_left',
      '2 chat_left',
      '3 chat_joined',
      '4 participant_joined',
      '5 message_created',
    ]);
    expect(await readTalk(b, talk)).toMatchObject({ seq: 5, member_count: 2 });
    expect(await participantOf(b, talk, b)).toMatchObject({ owner_id: b.id });
  });
});
