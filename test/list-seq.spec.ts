import { createTalk, edit, erase, MESSAGES, ok, range, react, send } from './support/builders.js';
import { World, type TestAgent } from './support/world.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import type { MessagePage } from '../src/messages/message.page.js';

let world: World;
let a: TestAgent, b: TestAgent;
beforeAll(async () => {
  world = await World.create({ replicas: 2 });
  [a, b] = await world.agents('Agent A', 'Agent B');
});
afterAll(() => world.close());

const list = (query: string, replica = 0): Promise<MessagePage> =>
  ok(a.api(replica).get(`${MESSAGES}?${query}`));

interface StoredEvent {
  seq: number;
  type: string;
  payload: MessageResource & { message_id?: string };
}

/** What of a message is changed by events that are not the message whole. */
type Countable = Pick<MessageResource, 'id' | 'reply_count'> & { reactions: number };

/** The messages as they are after the first so many events. */
function after(events: StoredEvent[], seq: number): Countable[] {
  const messages = new Map<string, Countable>();
  for (const { type, payload } of events.filter((event) => event.seq <= seq)) {
    const parent = messages.get(payload.parent_id ?? '');
    const reacted = messages.get(payload.message_id ?? '');
    if (type === 'message_created')
      messages.set(payload.id, { id: payload.id, reply_count: 0, reactions: 0 });
    if (type === 'message_created' && parent) parent.reply_count += 1;
    if (type === 'reaction_added' && reacted) reacted.reactions += 1;
    if (type === 'reaction_removed' && reacted) reacted.reactions -= 1;
  }
  return [...messages.values()];
}

const shown = ({ result }: MessagePage): Countable[] =>
  result.map(({ id, reply_count, metadata }) => ({ id, reply_count, reactions: metadata.reactions.length }));

it('a list says exactly as of which event it was read, whatever is written meanwhile on two replicas', async () => {
  const talk = await createTalk(a, [b]);
  const first = await send(a, talk, 'first');
  let isWriting = true;
  const write = async (author: TestAgent, replica: number): Promise<void> => {
    const api = author.api(replica);
    for (let n = 0; n < 30; n += 1) {
      await ok(api.post(MESSAGES, { chat_id: talk.id, text: `reply ${n}`, parent_id: first.id }));
      await ok(api.post(`/messages/${first.id}/reactions`, { emoji: '👍' }));
      await ok(api.delete(`/messages/${first.id}/reactions?emoji=thumbsup`));
    }
  };
  const pages: MessagePage[] = [];
  const read = async (replica: number): Promise<void> => {
    while (isWriting) pages.push(await list(`chat_id=${talk.id}&page_size=100`, replica));
  };
  const reading = Promise.all([read(0), read(1)]);
  await Promise.all([write(a, 0), write(b, 1)]);
  isWriting = false;
  await reading;
  const events = await world.database.query<StoredEvent>(
    `SELECT seq::int, type, payload FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq`,
    [talk.id],
  );
  expect(new Set(pages.map(({ seq }) => seq)).size).toBeGreaterThan(5);
  for (const page of pages) expect(shown(page)).toEqual(after(events, page.seq ?? 0));
});

it('a list of a part of a talk says it too, and an empty one', async () => {
  const talk = await createTalk(a);
  expect(await list(`chat_id=${talk.id}`)).toEqual({ result: [], next_page_token: '', seq: 0 });
  const message = await send(a, talk, 'one');
  for (const n of range(2, 4)) await send(a, talk, `reply ${n}`, { parent_id: message.id });
  await edit(a, message, { text: 'edited' });
  await react(a, message, '👍');
  for (const part of [
    'before_seq=3',
    'after_seq=3',
    'after_seq=100',
    `parent_id=${message.id}`,
    'order=desc',
  ]) {
    expect(await list(`chat_id=${talk.id}&${part}`)).toMatchObject({ seq: 6 });
  }
  await erase(a, message);
  expect(await ok(a.api().get(`/talks/${talk.id}/messages`))).toMatchObject({ seq: 7 });
});

it('a list over all my talks says none', async () => {
  expect(await list('page_size=1')).not.toHaveProperty('seq');
});
