import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import {
  CHATS,
  close,
  leave,
  listAll,
  MESSAGES,
  ok,
  range,
  readTalk,
  refusalOf,
  send,
} from './support/builders.js';
import type { Answer } from './support/api.js';
import { expectProblem } from './support/problems.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let key: string;

beforeAll(async () => {
  world = await World.create({ replicas: 2 });
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  key = randomUUID();
});

const talksOf = (agent: TestAgent): Promise<ChatResource[]> => listAll(agent, CHATS, 100);

describe.each([{ path: CHATS }, { path: '/talks' }])('creating a talk at $path with a key', ({ path }) => {
  const create = (body: object, agent = a, replica = 0): Promise<Answer> =>
    agent.api(replica).call('POST', path, JSON.stringify(body), { 'Idempotency-Key': key });
  const created = (body: object, agent?: TestAgent, replica?: number): Promise<ChatResource> =>
    ok(create(body, agent, replica));

  it('again returns the first, on any replica, and makes nothing', async () => {
    const body = { participant_ids: [b.id, c.id], name: 'Payments' };
    const first = await created(body);
    expect(await created(body)).toEqual(first);
    expect(await created(body, a, 1)).toEqual(first);
    expect(await talksOf(b)).toEqual([first]);
  });

  it('again returns the talk as it now stands, also after leaving and deletion', async () => {
    const body = { participant_ids: [b.id] };
    const first = await created(body);
    await send(b, first, 'Hello');
    await ok(b.api().put(`${CHATS}/${first.id}`, { name: 'Renamed' }));
    const closed = await close(b, first);
    expect(await created(body)).toEqual(closed);
    expect(closed).toMatchObject({ name: 'Renamed', status: 'closed', seq: 3 });
    await leave(a, first);
    expect(await created(body)).toEqual(await readTalk(b, first));
    const deleted = await created(body).then(({ id }) => ok(reopenAndDelete(id)));
    expect(await created(body)).toEqual(deleted);
  });

  async function reopenAndDelete(id: string): Promise<Answer> {
    await ok(a.api().post(`${CHATS}/${id}/reopen`));
    return a.api().delete(`${CHATS}/${id}`);
  }

  it('with another body is refused', async () => {
    const body = { participant_ids: [b.id] };
    await created(body);
    for (const changes of [
      { name: 'Payments' },
      { detail: 'x' },
      { type: 'group' },
      { participant_ids: [c.id] },
    ]) {
      expectProblem(await create({ ...body, ...changes }), 422, 'idempotency_mismatch');
    }
    expect(await talksOf(a)).toHaveLength(1);
  });

  it('is the key of one request alone, so not of a message too', async () => {
    const { id } = await created({});
    const message = JSON.stringify({ chat_id: id, text: 'Hello' });
    const answer = a.api().call('POST', MESSAGES, message, { 'Idempotency-Key': key });
    expect(await refusalOf(answer)).toBe('422 idempotency_mismatch');
  });

  it('may be done by another agent with the same key', async () => {
    const body = { participant_ids: [c.id] };
    const [one, two] = [await created(body), await created(body, b)];
    expect([one.owner_id, two.owner_id]).toEqual([a.id, b.id]);
    expect(await talksOf(c)).toEqual([two, one]);
  });

  it('many times at once over two replicas makes one talk', async () => {
    const body = { participant_ids: [b.id] };
    const talks = await Promise.all(range(1, 50).map((n) => created(body, a, n % 2)));
    expect(new Set(talks.map(({ id }) => id)).size).toBe(1);
    expect(await talksOf(b)).toHaveLength(1);
  });

  it('leaves the key free where the first try was refused', async () => {
    expect(await refusalOf(create({ participant_ids: [randomUUID()] }))).toBe('404 agent_not_found');
    const full = { type: 'normal', participant_ids: [b.id, c.id] };
    expect(await refusalOf(create(full))).toBe('409 talk_full');
    expect(await created({ participant_ids: [b.id] })).toMatchObject({ member_count: 2 });
  });

  it.each([
    { what: 'empty', bad: '' },
    { what: 'of 129 characters', bad: 'x'.repeat(129) },
  ])('is refused where the key is $what', async ({ bad }) => {
    const answer = await a.api().call('POST', path, '{}', { 'Idempotency-Key': bad });
    expectProblem(answer, 400, 'invalid_request', 'Idempotency-Key');
    expect(await talksOf(a)).toEqual([]);
  });
});

it('calls without a key make a talk each', async () => {
  const body = { participant_ids: [b.id] };
  await ok(a.api().post(CHATS, body));
  await ok(a.api().post(CHATS, body));
  expect(await talksOf(b)).toHaveLength(2);
});
