import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import {
  close,
  createTalk,
  erase,
  leave,
  react,
  readMessage,
  send,
  storedTypes,
} from './support/builders.js';
import type { Client } from './support/client.js';
import { expectRefusal } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let stranger: TestAgent;
let talk: ChatResource;
let message: MessageResource;
let client: Client;

beforeAll(async () => {
  world = await World.create();
  stranger = await world.agent('Stranger', { customerId: randomUUID() });
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b] = await world.agents('Agent A', 'Agent B');
  talk = await createTalk(a, [b], { type: 'group' });
  message = await send(a, talk, 'The first');
  client = await a.connect();
});

/** Every packet that writes, with a payload that is taken. */
const PACKETS: { packet: string; payload: () => Record<string, unknown> }[] = [
  { packet: 'message_create', payload: () => ({ chat_id: talk.id, text: 'Hello' }) },
  { packet: 'message_update', payload: () => ({ message_id: message.id, text: 'Edited' }) },
  { packet: 'message_delete', payload: () => ({ message_id: message.id }) },
  { packet: 'reaction_add', payload: () => ({ message_id: message.id, emoji: '👍' }) },
  { packet: 'reaction_remove', payload: () => ({ message_id: message.id, emoji: '👍' }) },
];

describe.each(PACKETS)('$packet is refused as over REST', ({ packet, payload }) => {
  const attempt = async (agent: TestAgent): Promise<unknown> =>
    (await agent.connect()).emit(packet, payload());
  const notFound = packet === 'message_create' ? 'talk_not_found' : 'message_not_found';

  afterEach(async () => {
    expect(await storedTypes(world, talk)).not.toContain('reaction_added');
  });

  it('to an outsider and a former participant', async () => {
    const [c] = await world.agents('Agent C');
    expectRefusal(await attempt(c), 403, 'not_participant');
    await leave(a, talk);
    expectRefusal(await client.emit(packet, payload()), 403, 'not_participant');
  });

  it('to another customer, who cannot tell it from what is absent', async () => {
    expectRefusal(await attempt(stranger), 404, notFound);
    const absent = {
      ...payload(),
      ...(packet === 'message_create' ? { chat_id: a.id } : { message_id: a.id }),
    };
    expectRefusal(await client.emit(packet, absent), 404, notFound);
  });

  it('in a closed talk', async () => {
    await close(a, talk);
    expectRefusal(await client.emit(packet, payload()), 409, 'talk_closed');
  });

  it('with a field that nobody knows, a missing id or a bad one', async () => {
    const id = packet === 'message_create' ? 'chat_id' : 'message_id';
    const bad = (fields: object): Promise<unknown> => client.emit(packet, { ...payload(), ...fields });
    expectRefusal(await bad({ colour: 'red' }), 400, 'invalid_request', 'colour');
    expectRefusal(await bad({ [id]: undefined }), 400, 'invalid_request', id);
    for (const value of ['', 'x', 7, null, [talk.id], {}]) {
      expectRefusal(await bad({ [id]: value }), 400, 'invalid_request', id);
    }
  });

  it.each([{ what: undefined }, { what: null }, { what: 'text' }, { what: 7 }, { what: [[]] }])(
    'with no object: $what',
    async ({ what }) => expectRefusal(await client.emit(packet, what), 400, 'invalid_request'),
  );
});

describe('refused as over REST', () => {
  it.each([
    { packet: 'message_update', body: { text: 'Mine now' } },
    { packet: 'message_delete', body: {} },
  ])('is $packet to another than the author', async ({ packet, body }) => {
    const other = await b.connect();
    expectRefusal(await other.emit(packet, { message_id: message.id, ...body }), 403, 'not_author');
    expect(await readMessage(a, message)).toEqual(message);
  });

  it.each([
    { packet: 'message_update', body: { text: 'Again' } },
    { packet: 'message_delete', body: {} },
    { packet: 'reaction_add', body: { emoji: '👍' } },
    { packet: 'reaction_remove', body: { emoji: '👍' } },
  ])('is $packet on a tombstone', async ({ packet, body }) => {
    await react(a, message, '👍');
    await erase(a, message);
    expectRefusal(await client.emit(packet, { message_id: message.id, ...body }), 409, 'message_deleted');
  });

  it.each<{ packet: string; fields: () => object; path: string }>([
    { packet: 'message_create', fields: () => ({ text: '' }), path: 'text' },
    { packet: 'message_create', fields: () => ({ text: 'x'.repeat(10_001) }), path: 'text' },
    { packet: 'message_create', fields: () => ({ text: 'x', type: 'system' }), path: 'type' },
    { packet: 'message_create', fields: () => ({ text: 'x', parent_id: a.id }), path: 'parent_id' },
    { packet: 'message_create', fields: () => ({ text: 'x', medias: [{}] }), path: 'medias.0.type' },
    { packet: 'message_update', fields: () => ({}), path: 'text' },
    { packet: 'message_update', fields: () => ({ text: 'a\0b' }), path: 'text' },
    { packet: 'message_delete', fields: () => ({ text: 'x' }), path: 'text' },
    { packet: 'reaction_add', fields: () => ({}), path: 'emoji' },
    { packet: 'reaction_add', fields: () => ({ emoji: 'Thumbs Up' }), path: 'emoji' },
    { packet: 'reaction_remove', fields: () => ({ emoji: 7 }), path: 'emoji' },
  ])('is a bad $packet, which names $path', async ({ packet, fields, path }) => {
    const target = packet === 'message_create' ? { chat_id: talk.id } : { message_id: message.id };
    expectRefusal(await client.emit(packet, { ...target, ...fields() }), 400, 'invalid_request', path);
    expect(await storedTypes(world, talk)).toEqual(['message_created']);
  });
});
