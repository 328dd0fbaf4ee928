import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import { createTalk, event, logOf, messagesOf, react, readMessage, send } from './support/builders.js';
import type { Client, ReceivedEvent } from './support/client.js';
import { World, type TestAgent } from './support/world.js';

let world: World;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

const followAll = (agents: TestAgent[]): Promise<Client[]> =>
  Promise.all(agents.map((agent) => agent.follow()));

/** Every client was told of the talk when it was created, then of exactly these events. */
async function expectSameLog(clients: Client[], talk: ChatResource, events: ReceivedEvent[]): Promise<void> {
  const logs = await Promise.all(clients.map((client) => logOf(client, talk, events.length)));
  for (const client of clients) {
    expect(client.of(talk.id)).toEqual([event('chat_joined', talk, 0, talk), ...events]);
  }
  for (const log of logs) expect(log).toEqual(logs[0]);
}

const reactionAdded = (talk: ChatResource, seq: number, { id, metadata }: MessageResource): ReceivedEvent =>
  event('reaction_added', talk, seq, { message_id: id, ...metadata.reactions.at(-1) });

const countOf = ({ metadata }: MessageResource, emoji: string): number =>
  metadata.reactions.filter((reaction) => reaction.emoji === emoji).length;

it('Scenario 1: Team Project Discussion', async () => {
  const [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  const clients = await followAll([a, b, c]);

  const talk = await createTalk(a, [b, c], { name: 'Q1 Project' });
  const update = await send(a, talk, 'Sprint 1 completed!');
  const celebrated = await react(b, update, '🎉');
  const agreed = await react(c, update, '👍');
  const reply = await send(c, talk, "Great work! What's next?", { parent_id: update.id });

  expect(talk).toMatchObject({ type: 'group', name: 'Q1 Project', member_count: 3, seq: 0 });
  await expectSameLog(clients, talk, [
    event('message_created', talk, 1, update),
    reactionAdded(talk, 2, celebrated),
    reactionAdded(talk, 3, agreed),
    event('message_created', talk, 4, reply),
  ]);
  expect(await messagesOf(b, talk)).toEqual([{ ...agreed, reply_count: 1 }, reply]);
  expect(await messagesOf(b, talk, update)).toEqual([reply]);
  expect([countOf(agreed, '🎉'), countOf(agreed, '👍')]).toEqual([1, 1]);
});

it('Scenario 2: Quick Decision', async () => {
  const [a, b, c, d, e] = await world.agents('Agent A', 'Agent B', 'Agent C', 'Agent D', 'Agent E');
  const clients = await followAll([a, b, c, d, e]);

  const talk = await createTalk(a, [b, c, d, e]);
  const question = await send(a, talk, 'Should we deploy today? 👍 for yes, 👎 for no');
  await Promise.all([
    react(b, question, '👍'),
    react(c, question, '👍'),
    react(d, question, '👍'),
    react(e, question, '👎'),
  ]);

  const result = await readMessage(a, question);
  expect([countOf(result, '👍'), countOf(result, '👎')]).toEqual([3, 1]);
  await expectSameLog(clients, talk, [
    event('message_created', talk, 1, question),
    ...result.metadata.reactions.map((reaction, index) =>
      event('reaction_added', talk, index + 2, { message_id: question.id, ...reaction }),
    ),
  ]);
  expect(await messagesOf(e, talk)).toEqual([result]);
});

it('Scenario 3: Support Escalation', async () => {
  const [a, b] = await world.agents('Agent A', 'Agent B');
  const clients = await followAll([a, b]);

  const talk = await createTalk(a, [b], { name: 'Customer Issue #12345' });
  const report = await send(a, talk, 'Customer reporting payment failure');
  const checking = await send(b, talk, 'Let me check the logs');
  const found = await send(b, talk, 'Found it - gateway timeout', { parent_id: checking.id });
  const retrying = await send(b, talk, 'Retrying the transaction', { parent_id: checking.id });
  const confirmed = await send(a, talk, 'Customer confirmed it works now');
  const acknowledged = await react(b, confirmed, '👍');

  expect(talk).toMatchObject({ type: 'normal', name: 'Customer Issue #12345', member_count: 2, seq: 0 });
  await expectSameLog(clients, talk, [
    event('message_created', talk, 1, report),
    event('message_created', talk, 2, checking),
    event('message_created', talk, 3, found),
    event('message_created', talk, 4, retrying),
    event('message_created', talk, 5, confirmed),
    reactionAdded(talk, 6, acknowledged),
  ]);
  expect(await messagesOf(a, talk)).toEqual([
    report,
    { ...checking, reply_count: 2 },
    found,
    retrying,
    acknowledged,
  ]);
  expect(await messagesOf(a, talk, checking)).toEqual([found, retrying]);
  expect(await messagesOf(a, talk, report)).toEqual([]);
  expect(countOf(acknowledged, '👍')).toBe(1);
});
