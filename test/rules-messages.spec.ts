import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import type { Answer } from './support/api.js';
import {
  add,
  aTime,
  createTalk,
  edit,
  erase,
  event,
  leave,
  logOf,
  MESSAGES,
  messagesOf,
  ok,
  react,
  readMessage,
  readTalk,
  refusalOf,
  remove,
  send,
  storedEvents,
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

const foreigner = (): Promise<TestAgent> => world.agent('Stranger', { customerId: randomUUID() });
const admin = (): Promise<TestAgent> => world.agent('Admin', { role: 'admin' });

describe('sending', () => {
  const trySend = (agent: TestAgent, body: object = {}): Promise<string> =>
    refusalOf(agent.api().post(MESSAGES, { chat_id: talk.id, text: 'Hello', ...body }));

  it('is refused to an outsider, an admin included', async () => {
    expect(await trySend(c)).toBe('403 not_participant');
    expect(await trySend(await admin())).toBe('403 not_participant');
  });

  it('is refused to a former participant', async () => {
    await leave(b, talk);
    expect(await trySend(b)).toBe('403 not_participant');
  });

  it('does not find a talk that is absent or of another customer', async () => {
    expect(await trySend(a, { chat_id: randomUUID() })).toBe('404 talk_not_found');
    expect(await trySend(await foreigner())).toBe('404 talk_not_found');
  });

  it('refuses a parent of another talk', async () => {
    const { id } = await send(a, await createTalk(a), 'Elsewhere');
    expect(await trySend(a, { parent_id: id })).toBe('400 invalid_request');
  });

  it('refuses an empty text without medias, and takes it with them', async () => {
    expect(await trySend(a, { text: '' })).toBe('400 invalid_request');
    const medias = [
      { type: 'application/pdf', url: 'https://storage.example.com/doc.pdf', name: 'design-document.pdf' },
    ];
    expect(await send(a, talk, '', { medias })).toMatchObject({ text: '', medias });
  });

  it('takes an empty parent_id for none', async () => {
    expect(await send(a, talk, 'Hello', { parent_id: '' })).not.toHaveProperty('parent_id');
  });
});

describe('a thread', () => {
  it('has replies to replies, each counted by its own parent', async () => {
    const top = await send(a, talk, 'Top');
    const reply = await send(b, talk, 'Reply', { parent_id: top.id });
    const deeper = await send(a, talk, 'Deeper', { parent_id: reply.id });
    expect(await messagesOf(a, talk, top)).toEqual([{ ...reply, reply_count: 1 }]);
    expect(await messagesOf(a, talk, reply)).toEqual([deeper]);
    expect(await readMessage(a, top)).toEqual({ ...top, reply_count: 1 });
    expect(await ok(a.api().get(`${MESSAGES}?parent_id=${reply.id}`))).toMatchObject({ result: [deeper] });
  });

  it('counts deleted replies too', async () => {
    const top = await send(a, talk, 'Top');
    await erase(b, await send(b, talk, 'Reply', { parent_id: top.id }));
    expect(await readMessage(a, top)).toMatchObject({ reply_count: 1 });
  });
});

describe('editing', () => {
  it('tells everyone of the message as it is now', async () => {
    const message = await send(a, talk, 'Helo');
    const watcher = await b.follow();
    const edited = await edit(a, message, { text: 'Hello' });
    expect(edited).toEqual({ ...message, text: 'Hello', tm_update: aTime });
    expect(edited.tm_update > message.tm_update).toBe(true);
    expect(await readMessage(b, message)).toEqual(edited);
    expect(await logOf(watcher, talk, 2)).toEqual([event('message_updated', talk, 2, edited)]);
  });

  it('changes medias and leaves the text', async () => {
    const message = await send(a, talk, 'See this');
    const medias = [{ type: 'image/png', url: 'https://storage.example.com/chart.png' }];
    expect(await edit(a, message, { medias })).toMatchObject({ text: 'See this', medias });
  });

  it('pushes nothing where nothing changes', async () => {
    const message = await send(a, talk, 'Hello');
    expect(await edit(a, message, { text: 'Hello', medias: [] })).toEqual(message);
    expect(await readTalk(a, talk)).toMatchObject({ seq: 1 });
  });

  it('pushes nothing where the medias are the same', async () => {
    const medias = [{ type: 'image/png', url: 'https://storage.example.com/chart.png', name: 'chart.png' }];
    const message = await send(a, talk, 'See this', { medias });
    expect(await edit(a, message, { medias })).toEqual(message);
    expect(await readTalk(a, talk)).toMatchObject({ seq: 1 });
  });
});

describe.each<[string, (agent: TestAgent, id: string) => Promise<Answer>]>([
  ['editing', (agent, id) => agent.api().put(`${MESSAGES}/${id}`, { text: 'Mine now' })],
  ['deleting', (agent, id) => agent.api().delete(`${MESSAGES}/${id}`)],
])('%s a message', (_, change) => {
  const tryChange = (agent: TestAgent, id: string): Promise<string> => refusalOf(change(agent, id));

  it('is refused to all but its author', async () => {
    const { id } = await send(a, talk, 'Hello');
    expect(await tryChange(b, id)).toBe('403 not_author');
    expect(await tryChange(c, id)).toBe('403 not_participant');
    expect(await tryChange(await foreigner(), id)).toBe('404 message_not_found');
  });

  it('is refused to an author who is in the talk no more', async () => {
    const { id } = await send(b, talk, 'Hello');
    await remove(a, talk, b);
    expect(await tryChange(b, id)).toBe('403 not_participant');
  });

  it('is refused to everyone for a system message', async () => {
    await add(a, talk, c);
    const [joined] = (await messagesOf(a, talk)) as [MessageResource];
    expect(await tryChange(a, joined.id)).toBe('403 not_author');
    expect(await tryChange(c, joined.id)).toBe('403 not_author');
  });

  it('does not find one that is absent', async () => {
    expect(await tryChange(a, randomUUID())).toBe('404 message_not_found');
  });

  it('is refused once it is deleted', async () => {
    const { id } = await erase(a, await send(a, talk, 'Hello'));
    expect(await tryChange(a, id)).toBe('409 message_deleted');
  });
});

describe('a deleted message', () => {
  const medias = [{ type: 'image/png', url: 'https://storage.example.com/secret.png', name: 'secret.png' }];

  it('stays as a tombstone without text and medias, in lists too', async () => {
    const message = await send(a, talk, 'A secret', { medias });
    const watcher = await b.follow();
    const tombstone = await erase(a, message);
    expect(tombstone).toEqual({
      ...message,
      text: '',
      medias: [],
      tm_update: tombstone.tm_delete,
      tm_delete: aTime,
    });
    expect(await readMessage(b, message)).toEqual(tombstone);
    expect(await messagesOf(b, talk)).toEqual([tombstone]);
    expect(await logOf(watcher, talk, 2)).toEqual([event('message_deleted', talk, 2, tombstone)]);
  });

  it('keeps its thread, which goes on', async () => {
    const top = await send(a, talk, 'Top');
    const first = await send(b, talk, 'First', { parent_id: top.id });
    await erase(a, top);
    const second = await send(b, talk, 'Second', { parent_id: top.id });
    expect(await messagesOf(b, talk, top)).toEqual([first, second]);
    expect(await readMessage(b, top)).toMatchObject({ text: '', reply_count: 2 });
  });

  it('takes no reaction, and gives none back', async () => {
    const { id } = await erase(a, await react(b, await send(a, talk, 'Hello'), '👍'));
    const reactions = `${MESSAGES}/${id}/reactions`;
    expect(await refusalOf(b.api().post(reactions, { emoji: '🎉' }))).toBe('409 message_deleted');
    expect(await refusalOf(b.api().delete(`${reactions}?emoji=thumbsup`))).toBe('409 message_deleted');
  });

  it('leaves its text in no stored event, those of its edits included', async () => {
    const message = await send(a, talk, 'A secret', { medias });
    await edit(a, message, { text: 'Another secret' });
    await send(b, talk, 'No such thing');
    await erase(a, message);
    const events = await storedEvents(world, talk);
    expect(events.map(({ type }) => type)).toEqual([
      'message_created',
      'message_updated',
      'message_created',
      'message_deleted',
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(JSON.stringify(events)).toContain('No such thing');
    expect(
      JSON.stringify(await world.database.query('SELECT * FROM messages WHERE id = $1', [message.id])),
    ).not.toContain('secret');
  });
});
