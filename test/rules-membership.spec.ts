import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import {
  add,
  anId,
  aTime,
  CHATS,
  createTalk,
  leave,
  MESSAGES,
  ok,
  participantOf,
  participantsOf,
  refusalOf,
  remove,
  send,
} from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let admin: TestAgent;
let foreigner: TestAgent;
let talk: ChatResource;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  admin = await world.agent('Admin', { role: 'admin' });
  foreigner = await world.agent('Stranger', { customerId: randomUUID() });
  talk = await createTalk(a, [b], { type: 'group' });
});

const addById = (actor: TestAgent, { id }: ChatResource, body: object): Promise<string> =>
  refusalOf(actor.api().post(`${CHATS}/${id}/participants`, body));

describe('adding a participant', () => {
  it.each(['owner_id', 'agent_id'])('takes %s', async (field) => {
    const added = await ok(b.api().post(`${CHATS}/${talk.id}/participants`, { [field]: c.id }));
    expect(added).toEqual({
      id: anId,
      customer_id: world.customerId,
      owner_type: 'agent',
      owner_id: c.id,
      chat_id: talk.id,
      tm_joined: aTime,
    });
    expect(await participantOf(c, talk, c)).toEqual(added);
  });

  it('is up to an admin too', async () => {
    expect(await add(admin, talk, c)).toMatchObject({ owner_id: c.id });
  });

  it('is refused to an outsider', async () => {
    expect(await addById(c, talk, { owner_id: c.id })).toBe('403 not_participant');
  });

  it('is refused to a former participant', async () => {
    await leave(b, talk);
    expect(await addById(b, talk, { owner_id: b.id })).toBe('403 not_participant');
  });

  it("does not find another customer's talk", async () => {
    expect(await addById(foreigner, talk, { owner_id: foreigner.id })).toBe('404 talk_not_found');
  });

  it('refuses an agent that is in already', async () => {
    expect(await addById(a, talk, { owner_id: b.id })).toBe('409 participant_exists');
  });

  it('refuses a third participant in a normal talk', async () => {
    expect(await addById(a, await createTalk(a, [b]), { owner_id: c.id })).toBe('409 talk_full');
  });

  it('does not find an agent that is unknown, or of another customer', async () => {
    expect(await addById(a, talk, { owner_id: randomUUID() })).toBe('404 agent_not_found');
    expect(await addById(a, talk, { owner_id: foreigner.id })).toBe('404 agent_not_found');
  });

  it('does not find a deleted agent', async () => {
    await world.database.query('UPDATE agents SET tm_delete = now() WHERE id = $1', [c.id]);
    expect(await addById(a, talk, { owner_id: c.id })).toBe('404 agent_not_found');
  });

  it('makes a new participant of one that was removed', async () => {
    const first = await participantOf(a, talk, b);
    await remove(a, talk, b);
    const second = await add(a, talk, b);
    expect(second.id).not.toBe(first.id);
    expect(second.tm_joined > first.tm_joined).toBe(true);
    expect(await participantsOf(a, talk)).toHaveLength(2);
  });
});

describe('listing participants', () => {
  it('gives a plain array, oldest first', async () => {
    const group = await createTalk(a, [], { type: 'group' });
    const creator = await participantOf(a, group, a);
    const first = await add(a, group, c);
    const second = await add(a, group, b);
    expect(await participantsOf(a, group)).toEqual([creator, first, second]);
    await remove(a, group, c);
    const again = await add(a, group, c);
    expect(await participantsOf(a, group)).toEqual([creator, second, again]);
  });
});

describe('removing a participant', () => {
  const removeById = (actor: TestAgent, { id }: ChatResource, participantId: string): Promise<string> =>
    refusalOf(actor.api().delete(`${CHATS}/${id}/participants/${participantId}`));

  it('returns it, and leaves no row', async () => {
    const participant = await participantOf(a, talk, b);
    expect(await remove(a, talk, b)).toEqual(participant);
    expect(await world.database.query('SELECT 1 FROM participants WHERE id = $1', [participant.id])).toEqual(
      [],
    );
  });

  it('is up to any participant and to an admin', async () => {
    await add(a, talk, c);
    await remove(b, talk, c);
    await remove(admin, talk, b);
    expect(await participantsOf(a, talk)).toMatchObject([{ owner_id: a.id }]);
  });

  it("is refused to an outsider, and another customer's agent does not find the talk", async () => {
    const { id } = await participantOf(a, talk, b);
    expect(await removeById(c, talk, id)).toBe('403 not_participant');
    expect(await removeById(foreigner, talk, id)).toBe('404 talk_not_found');
  });

  it('does not find one that is unknown, of another talk, or removed already', async () => {
    const elsewhere = await participantOf(a, await createTalk(a, [b]), b);
    const { id } = await remove(a, talk, b);
    for (const participantId of [randomUUID(), elsewhere.id, id]) {
      expect(await removeById(a, talk, participantId)).toBe('404 participant_not_found');
    }
  });
});

describe('reading', () => {
  let message: MessageResource;

  beforeEach(async () => {
    message = await send(a, talk, 'Hello');
  });

  const readings = (agent: TestAgent): Promise<string[]> =>
    Promise.all(
      [
        `${CHATS}/${talk.id}`,
        `${CHATS}/${talk.id}/participants`,
        `${MESSAGES}?chat_id=${talk.id}`,
        `${MESSAGES}/${message.id}`,
      ].map(async (path) => {
        const answer = await agent.api().get(path);
        return answer.status === 200 ? 'ok' : refusalOf(Promise.resolve(answer));
      }),
    );

  it('is for participants', async () => {
    expect(await readings(b)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('is for an admin as far as the talk and its participants go', async () => {
    expect(await readings(admin)).toEqual(['ok', 'ok', '403 not_participant', '403 not_participant']);
  });

  it('is refused to an outsider of the same customer', async () => {
    expect(await readings(c)).toEqual(Array(4).fill('403 not_participant'));
  });

  it('is refused to a former participant, the creator included', async () => {
    await leave(a, talk);
    expect(await readings(a)).toEqual(Array(4).fill('403 not_participant'));
  });

  it('finds nothing for another customer, its admins included', async () => {
    const { customerId } = foreigner;
    for (const agent of [foreigner, await world.agent('Boss', { customerId, role: 'admin' })]) {
      expect(await readings(agent)).toEqual([
        '404 talk_not_found',
        '404 talk_not_found',
        '404 talk_not_found',
        '404 message_not_found',
      ]);
    }
  });
});
