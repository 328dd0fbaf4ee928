import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import {
  add,
  anId,
  aTime,
  createTalk,
  event,
  logOf,
  messagesOf,
  range,
  readMessage,
  readTalk,
  send,
  storedTypes,
} from './support/builders.js';
import type { Client } from './support/client.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let talk: ChatResource;
let message: MessageResource;
let client: Client;

beforeAll(async () => {
  world = await World.create({ replicas: 2 });
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b] = await world.agents('Agent A', 'Agent B');
  talk = await createTalk(a, [b], { type: 'group' });
  message = await send(a, talk, 'The first');
  client = await a.connect(0);
});

/** The resource in the ack of a packet that has to succeed. */
async function done(packet: string, payload: object, sender = client): Promise<MessageResource> {
  const ack = await sender.emit(packet, payload);
  expect(ack).toEqual({ ok: true, data: expect.anything() as unknown });
  return ack.data as MessageResource;
}

describe('a write over a socket answers with what REST returns, and others receive the event:', () => {
  let watcher: Client;

  beforeEach(async () => {
    watcher = await b.follow(1);
  });

  it('message_create', async () => {
    const medias = [{ type: 'image/png', url: 'https://example.com/a.png', name: 'a.png' }];
    const body = { chat_id: talk.id, text: 'Hello', parent_id: message.id, medias, type: 'normal' };
    const sent = await done('message_create', { ...body, client_message_id: 'mine' });
    expect(sent).toEqual({
      ...body,
      id: anId,
      customer_id: world.customerId,
      owner_type: 'agent',
      owner_id: a.id,
      metadata: { reactions: [] },
      seq: 2,
      reply_count: 0,
      client_message_id: 'mine',
      tm_create: aTime,
      tm_update: aTime,
      tm_delete: '',
    });
    expect(await readMessage(b, sent)).toEqual(sent);
    expect(await logOf(watcher, talk, 2)).toEqual([event('message_created', talk, 2, sent)]);
  });

  it('message_update', async () => {
    const edited = await done('message_update', { message_id: message.id, text: 'Edited' });
    expect(edited).toEqual({ ...message, text: 'Edited', tm_update: aTime });
    expect(await readMessage(b, message)).toEqual(edited);
    expect(await logOf(watcher, talk, 2)).toEqual([event('message_updated', talk, 2, edited)]);
  });

  it('message_delete', async () => {
    const tombstone = await done('message_delete', { message_id: message.id });
    expect(tombstone).toMatchObject({ id: message.id, text: '', tm_delete: aTime });
    expect(await readMessage(b, message)).toEqual(tombstone);
    expect(await logOf(watcher, talk, 2)).toEqual([event('message_deleted', talk, 2, tombstone)]);
  });

  it('reaction_add and reaction_remove', async () => {
    const reacted = await done('reaction_add', { message_id: message.id, emoji: '👍' });
    const [reaction] = reacted.metadata.reactions;
    expect(reaction).toEqual({ emoji: '👍', owner_type: 'agent', owner_id: a.id, tm_create: aTime });
    expect(await readMessage(b, message)).toEqual(reacted);
    expect(await done('reaction_add', { message_id: message.id, emoji: ':thumbsup:' })).toEqual(reacted);
    const bare = await done('reaction_remove', { message_id: message.id, emoji: 'thumbsup' });
    expect(await readMessage(b, message)).toEqual(bare);
    expect(await done('reaction_remove', { message_id: message.id, emoji: '👍' })).toEqual(bare);
    const data = { message_id: message.id, ...reaction };
    expect(await logOf(watcher, talk, 3)).toEqual([
      event('reaction_added', talk, 2, data),
      event('reaction_removed', talk, 3, data),
    ]);
    expect(await readTalk(a, talk)).toMatchObject({ seq: 3 });
  });

  it('its own sockets receive it as well', async () => {
    await client.subscribe();
    const sent = await done('message_create', { chat_id: talk.id, text: 'Hello' });
    expect(await logOf(client, talk, 2)).toEqual([event('message_created', talk, 2, sent)]);
  });

  it('and without an ack function it is done all the same', async () => {
    client.socket.emit('message_create', { chat_id: talk.id, text: 'Fire and forget' });
    expect(await logOf(watcher, talk, 2)).toMatchObject([{ data: { text: 'Fire and forget' } }]);
  });
});

describe('the packets of one socket', () => {
  it('take effect in the order they were sent: 200 messages without waiting', async () => {
    const watcher = await b.follow(1);
    const texts = range(1, 200).map((n) => `${n}`);
    const acks = texts.map((text) => client.emit('message_create', { chat_id: talk.id, text }));
    const sent = (await Promise.all(acks)).map(({ data }) => data as MessageResource);
    expect(sent.map(({ seq }) => seq)).toEqual(range(2, 201));
    expect(sent.map(({ text }) => text)).toEqual(texts);
    expect((await logOf(watcher, talk, 201)).map(({ data }) => data.text)).toEqual(texts);
  });

  it('keep their order over kinds of packets, and where one is refused', async () => {
    const emit = (packet: string, body: object): Promise<{ ok: boolean }> =>
      client.emit(packet, { message_id: message.id, ...body });
    const acks = await Promise.all([
      emit('reaction_add', { emoji: '👍' }),
      emit('message_update', { text: 'One' }),
      emit('message_update', { text: '' }),
      emit('message_update', { text: 'Two' }),
      emit('reaction_remove', { emoji: '👍' }),
      emit('message_delete', {}),
      emit('message_update', { text: 'Three' }),
    ]);
    expect(acks.map((ack) => ack.ok)).toEqual([true, true, false, true, true, true, false]);
    const kinds = [
      'reaction_added',
      'message_updated',
      'message_updated',
      'reaction_removed',
      'message_deleted',
    ];
    expect((await storedTypes(world, talk)).slice(1)).toEqual(kinds);
  });

  it('do not wait for those of another socket', async () => {
    const others = await Promise.all([a.connect(0), a.connect(1), b.connect(0)]);
    await Promise.all(
      [client, ...others].flatMap((sender) =>
        range(1, 20).map((n) => done('message_create', { chat_id: talk.id, text: `${n}` }, sender)),
      ),
    );
    expect((await messagesOf(a, talk)).map(({ seq }) => seq)).toEqual(range(1, 81));
  });
});

it('a new participant may write at once on a socket it had before', async () => {
  const [c] = await world.agents('Agent C');
  const early = await c.connect(1);
  await add(a, talk, c);
  expect(await done('message_create', { chat_id: talk.id, text: 'Hello' }, early)).toMatchObject({ seq: 4 });
});
