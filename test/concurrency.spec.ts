import {
  CHATS,
  createTalk,
  MESSAGES,
  messagesOf,
  participantsOf,
  readMessage,
  send,
  storedTypes,
} from './support/builders.js';
import { receivedSeqs, storedEvents } from './support/history.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create({ replicas: 2, env: { DATABASE_POOL: '20' } })));
afterAll(() => world.close());

const EMOJI = ['👍', 'thumbsup', ':thumbsup:', '🎉', '❤️'];
/** Three of the spellings are one reaction. */
const KEYS = ['👍', '👍', '👍', '🎉', '❤️'];

const many = (count: number): Promise<TestAgent[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => world.agent(`Agent ${index}`)));

describe('50 agents that react to one message, alike and differently, while it is edited', () => {
  it('leave one reaction per agent and emoji, and an event for each change', async () => {
    const agents = await many(50);
    const [author, ...others] = agents as [TestAgent, ...TestAgent[]];
    const talk = await createTalk(author, others);
    const message = await send(author, talk, 'react to me');
    const watcher = await others[0]!.follow(1);
    const react = (agent: TestAgent, index: number, emoji: string) =>
      agent.api(index % 2).post(`${MESSAGES}/${message.id}/reactions`, { emoji });
    const answers = await Promise.all([
      ...agents.flatMap((agent, index) => EMOJI.map((emoji) => react(agent, index, emoji))),
      ...[1, 2, 3, 4, 5].map((n) =>
        author.api(n % 2).put(`${MESSAGES}/${message.id}`, { text: `edit ${n}` }),
      ),
    ]);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);

    const distinct = new Set(KEYS).size;
    const { metadata } = await readMessage(author, message);
    expect(metadata.reactions.length).toBe(50 * distinct);
    const [{ count }] = (await world.database.query(
      'SELECT count(*)::int FROM reactions WHERE message_id = $1',
      [message.id],
    )) as [{ count: number }];
    expect(count).toBe(50 * distinct);

    const types = await storedTypes(world, talk);
    expect(types.filter((type) => type === 'reaction_added').length).toBe(50 * distinct);
    expect(types.filter((type) => type === 'message_updated').length).toBe(5);
    await watcher.reach(talk.id, types.length);
    expect(receivedSeqs(watcher, talk.id)).toEqual(types.map((_, index) => index + 1).slice(1));
  });

  it('are refused from the very moment of its deletion on', async () => {
    const agents = await many(50);
    const [author, ...others] = agents as [TestAgent, ...TestAgent[]];
    const talk = await createTalk(author, others);
    const message = await send(author, talk, 'soon gone');
    const reactions = agents.map((agent, index) =>
      agent
        .api(index % 2)
        .post(`${MESSAGES}/${message.id}/reactions`, { emoji: EMOJI[index % EMOJI.length] }),
    );
    const deletion = author.api(1).delete(`${MESSAGES}/${message.id}`);
    const answers = await Promise.all(reactions);
    expect((await deletion).status).toBe(200);

    const accepted = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(
      ({ status, body }) => status === 409 && body.code === 'message_deleted',
    ).length;
    expect(accepted + refused).toBe(50);
    const types = await storedTypes(world, talk);
    expect(types.at(-1)).toBe('message_deleted');
    expect(types.filter((type) => type === 'reaction_added').length).toBe(accepted);
    expect((await readMessage(author, message)).metadata.reactions.length).toBe(accepted);
  });
});

describe('50 calls that add the same participant', () => {
  it('make one participant, and refuse the others as repeats', async () => {
    const [owner, guest] = await world.agents('Owner', 'Guest');
    const talk = await createTalk(owner, [], { type: 'group' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        owner.api(index % 2).post(`${CHATS}/${talk.id}/participants`, { owner_id: guest.id }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ body }) => body.code === 'participant_exists').length).toBe(49);
    const participants = await participantsOf(owner, talk);
    expect(participants.map(({ owner_id }) => owner_id)).toEqual([owner.id, guest.id]);
    expect((await owner.api().get(`${CHATS}/${talk.id}`)).body.member_count).toBe(2);
    expect(await storedTypes(world, talk)).toEqual(['participant_joined', 'message_created']);
  });

  it('fill a normal talk with two of fifty, never three', async () => {
    const [owner] = await world.agents('Owner');
    const guests = await many(50);
    const talk = await createTalk(owner, [], { type: 'normal' });
    const answers = await Promise.all(
      guests.map(({ id }, index) =>
        owner.api(index % 2).post(`${CHATS}/${talk.id}/participants`, { owner_id: id }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ body }) => body.code === 'talk_full').length).toBe(49);
  });
});

describe('50 replies at once', () => {
  it('are all counted', async () => {
    const agents = await many(10);
    const [author, ...others] = agents as [TestAgent, ...TestAgent[]];
    const talk = await createTalk(author, others);
    const parent = await send(author, talk, 'the thread');
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        agents[index % 10]!.api(index % 2).post(MESSAGES, {
          chat_id: talk.id,
          parent_id: parent.id,
          text: `${index}`,
        }),
      ),
    );
    expect((await readMessage(author, parent)).reply_count).toBe(50);
    expect((await messagesOf(author, talk, parent)).length).toBe(50);
  });
});

describe('all participants that leave at once', () => {
  it('close the talk once, by the last', async () => {
    const agents = await many(20);
    const [creator, ...others] = agents as [TestAgent, ...TestAgent[]];
    const talk = await createTalk(creator, others);
    const participants = await participantsOf(creator, talk);
    await Promise.all(
      agents.map((agent, index) => {
        const { id } = participants.find(({ owner_id }) => owner_id === agent.id)!;
        return agent.api(index % 2).delete(`${CHATS}/${talk.id}/participants/${id}`);
      }),
    );
    const types = (await storedEvents(world.database, talk.id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'participant_left').length).toBe(20);
    expect(types.filter((type) => type === 'chat_closed').length).toBe(1);
    expect(types.at(-1)).toBe('chat_closed');
  });
});
