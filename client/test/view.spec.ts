import { add, createTalk, edit, erase, leave, react, remove, send } from '../../test/support/builders.js';
import { eventually } from '../../test/support/eventually.js';
import { RoundRobin } from '../../test/support/round-robin.js';
import { World, type TestAgent } from '../../test/support/world.js';
import { TalkClient } from '../src/talk-client.js';
import type { TalkView } from '../src/talk-view.js';
import { untilCurrent } from './support/fresh.js';

let world: World;
let proxy: RoundRobin;
let a: TestAgent, b: TestAgent, c: TestAgent;
let client: TalkClient;

beforeAll(async () => {
  world = await World.create({ replicas: 2 });
  proxy = await RoundRobin.start(() => world.replicas.map(({ url }) => url));
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  client = new TalkClient({ url: proxy.url, token: b.token, backoff: { from: 20, to: 200 } });
});
afterAll(async () => {
  client.close();
  proxy.stop();
  await world.close();
});

const texts = (view: TalkView): string[] => view.messages.map(({ text }) => text);

describe('a view of a talk', () => {
  it('shows what is there, and what then happens', async () => {
    const talk = await createTalk(a, [b], { type: 'group', name: 'Support' });
    const first = await send(a, talk, 'first');
    const view = await client.view(talk.id);
    expect(view.talk.name).toBe('Support');
    expect(texts(view)).toEqual(['first']);
    let changes = 0;
    view.on('change', () => (changes += 1));
    const reply = await send(b, talk, 'reply', { parent_id: first.id });
    await react(a, first, '👍');
    await react(b, first, '🎉');
    await edit(a, first, { text: 'edited' });
    await erase(b, reply);
    await add(a, talk, c);
    await remove(a, talk, c);
    await untilCurrent(view, a, talk);
    expect(view.messages[0]).toMatchObject({ text: 'edited', reply_count: 1 });
    expect(view.thread(first.id)).toMatchObject([{ text: '', id: reply.id }]);
    expect(view.talk.member_count).toBe(2);
    expect(changes).toBeGreaterThan(8);
    view.close();
  });

  it('loads older messages, and whole threads', async () => {
    const talk = await createTalk(a, [b]);
    const first = await send(a, talk, 'message 1');
    await send(a, talk, 'an old reply', { parent_id: first.id });
    for (let n = 3; n <= 120; n += 1) await send(a, talk, `message ${n}`);
    const view = await client.view(talk.id);
    expect(view.messages).toHaveLength(50);
    expect(view.thread(first.id)).toEqual([]);
    await view.loadThread(first.id);
    expect(view.thread(first.id).map(({ text }) => text)).toEqual(['an old reply']);
    expect(view.messages).toHaveLength(50);
    await view.loadOlder();
    await view.loadOlder();
    expect(view.hasOlder).toBe(false);
    expect(view.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    await untilCurrent(view, a, talk);
    view.close();
  });

  it('is healed where the gap is not kept any more', async () => {
    const talk = await createTalk(a, [b]);
    const first = await send(a, talk, 'first');
    const view = await client.view(talk.id);
    const created: number[] = [];
    const off = client.on('message_created', ({ chat_id, seq }) => chat_id === talk.id && created.push(seq));
    const resync = new Promise((resolve) => client.on('resync', resolve));
    client.close();
    await edit(a, first, { text: 'edited' });
    await send(a, talk, 'missed', { parent_id: first.id });
    await react(a, first, '👍');
    await send(a, talk, 'missed too');
    await world.database.query(`DELETE FROM events WHERE kind = 'chat' AND stream_id = $1 AND seq < 5`, [
      talk.id,
    ]);
    await client.connect();
    expect(await resync).toEqual({ chat_id: talk.id });
    expect(created).toEqual([3, 5]);
    await send(a, talk, 'next');
    await untilCurrent(view, a, talk);
    // A view that is being read anew may show it before its event has come.
    await eventually(
      () => created,
      ({ length }) => length > 2,
    );
    expect(created).toEqual([3, 5, 6]);
    off();
    view.close();
  });

  it('ends when I leave, and when the talk is deleted', async () => {
    const [left, deleted] = [await createTalk(a, [b]), await createTalk(a, [b])];
    const views = [await client.view(left.id), await client.view(deleted.id)] as const;
    await leave(b, left);
    await a.api().delete(`/talks/${deleted.id}`);
    await eventually(
      () => views.map(({ ended }) => ended),
      (ended) => ended.join() === 'left,deleted',
    );
    for (const view of views) view.close();
  });

  it('of a talk that I am not in is refused', async () => {
    const talk = await createTalk(a);
    await expect(client.view(talk.id)).rejects.toMatchObject({ status: 403, code: 'not_participant' });
  });
});

describe('the list of my talks', () => {
  it('has the newest activity first, and follows joining and leaving', async () => {
    const d = await world.agent('Agent D');
    const own = new TalkClient({ url: proxy.url, token: d.token });
    const [one, two] = [await createTalk(a, [d]), await createTalk(a, [d])];
    await send(a, one, 'the newest');
    const list = await own.talkList();
    const ids = (): string[] => list.talks.map(({ id }) => id);
    expect(ids()).toEqual([one.id, two.id]);
    await send(a, two, 'newer');
    await eventually(ids, ([first]) => first === two.id);
    const three = await createTalk(a, [d]);
    await leave(d, one);
    await eventually(ids, (seen) => seen.join() === [three.id, two.id].join());
    await a.api().put(`/talks/${two.id}`, { name: 'Renamed' });
    await eventually(
      () => list.talks[0],
      (talk) => talk?.name === 'Renamed' && talk.seq === 2,
    );
    list.close();
    own.close();
  });
});
