import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { Page } from '../src/http/page.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import type { Answer } from './support/api.js';
import {
  CHATS,
  close,
  createTalk,
  event,
  leave,
  logOf,
  MESSAGES,
  messagesOf,
  ok,
  participantOf,
  participantsOf,
  react,
  readMessage,
  readTalk,
  refusalOf,
  reopen,
  send,
  storedTypes,
} from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let admin: TestAgent;
let talk: ChatResource;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  admin = await world.agent('Admin', { role: 'admin' });
  talk = await createTalk(a, [b], { type: 'group' });
});

describe('closing and reopening', () => {
  it('tell everyone of the talk as it is now', async () => {
    const watcher = await b.follow();
    const closed = await close(a, talk);
    const reopened = await reopen(b, talk);
    expect(closed).toMatchObject({ id: talk.id, status: 'closed', seq: 1 });
    expect(reopened).toMatchObject({ id: talk.id, status: 'active', seq: 2 });
    expect(await logOf(watcher, talk, 2)).toEqual([
      event('chat_closed', talk, 1, closed),
      event('chat_reopened', talk, 2, reopened),
    ]);
  });

  it('change nothing the second time', async () => {
    expect(await reopen(a, talk)).toEqual(talk);
    const closed = await close(a, talk);
    expect(await close(b, talk)).toEqual(closed);
    expect(await storedTypes(world, talk)).toEqual(['chat_closed']);
  });

  it('are up to a participant, an admin, and the creator after leaving', async () => {
    await leave(a, talk);
    for (const agent of [a, b, admin]) {
      expect(await close(agent, talk)).toMatchObject({ status: 'closed' });
      expect(await reopen(agent, talk)).toMatchObject({ status: 'active', member_count: 1 });
    }
  });

  it.each(['close', 'reopen'])('are refused to anyone else: %s', async (action) => {
    expect(await refusalOf(c.api().post(`${CHATS}/${talk.id}/${action}`))).toBe('403 not_participant');
  });

  it('are what the list of talks can be filtered by', async () => {
    const closed = await close(a, await createTalk(a, [b]));
    const list = (status: string): Promise<Page<ChatResource>> =>
      ok(a.api().get(`${CHATS}?status=${status}`));
    expect((await list('closed')).result).toEqual([closed]);
    expect((await list('active')).result).toEqual([talk]);
  });
});

describe('a closed talk', () => {
  let message: MessageResource;
  let participantId: string;

  beforeEach(async () => {
    message = await react(a, await send(a, talk, 'Hello'), '👍');
    participantId = (await participantOf(a, talk, b)).id;
    await close(a, talk);
  });

  const writes: [string, () => Promise<Answer>][] = [
    ['renaming', () => a.api().put(`${CHATS}/${talk.id}`, { name: 'Payments' })],
    ['adding a participant', () => a.api().post(`${CHATS}/${talk.id}/participants`, { owner_id: c.id })],
    ['removing another', () => a.api().delete(`${CHATS}/${talk.id}/participants/${participantId}`)],
    ['sending', () => a.api().post(MESSAGES, { chat_id: talk.id, text: 'Anyone?' })],
    ['editing', () => a.api().put(`${MESSAGES}/${message.id}`, { text: 'Anyone?' })],
    ['deleting a message', () => a.api().delete(`${MESSAGES}/${message.id}`)],
    ['reacting', () => a.api().post(`${MESSAGES}/${message.id}/reactions`, { emoji: '🎉' })],
    ['taking a reaction away', () => a.api().delete(`${MESSAGES}/${message.id}/reactions?emoji=thumbsup`)],
    ['deletion', () => a.api().delete(`${CHATS}/${talk.id}`)],
  ];

  it.each(writes)('refuses %s', async (_, write) => {
    expect(await refusalOf(write())).toBe('409 talk_closed');
  });

  it('can be read', async () => {
    expect(await readTalk(b, talk)).toMatchObject({ status: 'closed' });
    expect(await participantsOf(b, talk)).toHaveLength(2);
    expect(await messagesOf(b, talk)).toEqual([message]);
    expect(await readMessage(b, message)).toEqual(message);
  });

  it('can be left', async () => {
    await leave(b, talk);
    expect(await readTalk(a, talk)).toMatchObject({ status: 'closed', member_count: 1 });
  });

  it('takes writes again once reopened', async () => {
    await reopen(b, talk);
    expect(await send(b, talk, 'Back again')).toMatchObject({ text: 'Back again' });
  });
});

describe('an empty talk', () => {
  beforeEach(async () => {
    await leave(b, talk);
    await leave(a, talk);
  });

  it('is closed by the last to leave', async () => {
    expect(await readTalk(admin, talk)).toMatchObject({ status: 'closed', member_count: 0, seq: 5 });
    expect(await storedTypes(world, talk)).toEqual([
      'message_created',
      'participant_left',
      'message_created',
      'participant_left',
      'chat_closed',
    ]);
  });

  it('is joined by the creator who reopens it', async () => {
    const reopened = await reopen(a, talk);
    expect(reopened).toMatchObject({ status: 'active', member_count: 1, seq: 8 });
    expect(await readTalk(a, talk)).toEqual(reopened);
    expect((await storedTypes(world, talk)).slice(5)).toEqual([
      'chat_reopened',
      'participant_joined',
      'message_created',
    ]);
  });

  it('is joined by the admin who reopens it', async () => {
    await reopen(admin, talk);
    expect(await participantsOf(admin, talk)).toMatchObject([{ owner_id: admin.id }]);
    expect((await messagesOf(admin, talk)).at(-1)).toMatchObject({
      text: 'Admin joined the conversation.',
      metadata: { system: { code: 'participant_joined', agent_id: admin.id, actor_id: admin.id } },
    });
  });

  it('is not closed twice where it was closed before', async () => {
    const closed = await close(c, await createTalk(c));
    await leave(c, closed);
    expect(await storedTypes(world, closed)).toEqual(['chat_closed', 'message_created', 'participant_left']);
  });

  it('cannot be reopened by a former participant', async () => {
    expect(await refusalOf(b.api().post(`${CHATS}/${talk.id}/reopen`))).toBe('403 not_participant');
  });
});
