import { randomUUID } from 'node:crypto';
import type { ChatResource } from '../src/chats/chat.presenter.js';
import type { MessageResource } from '../src/messages/message.presenter.js';
import {
  add,
  createTalk,
  event,
  leave,
  logOf,
  MESSAGES,
  messagesOf,
  ok,
  react,
  readTalk,
  refusalOf,
  send,
} from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;
let talk: ChatResource;
let message: MessageResource;

beforeAll(async () => {
  world = await World.create();
});

afterAll(() => world.close());

beforeEach(async () => {
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
  talk = await createTalk(a, [b, c]);
  message = await send(a, talk, 'Hello');
});

const SPELLINGS = ['thumbsup', ':thumbsup:', '👍'];

const takeAway = (agent: TestAgent, emoji: string): Promise<MessageResource> =>
  ok(agent.api().delete(`${MESSAGES}/${message.id}/reactions/${encodeURIComponent(emoji)}`));

const tryReact = (agent: TestAgent, emoji: string): Promise<string> =>
  refusalOf(agent.api().post(`${MESSAGES}/${message.id}/reactions`, { emoji }));

async function reactMany(agent: TestAgent, count: number, from = 0): Promise<void> {
  for (let index = from; index < from + count; index++) await react(agent, message, `custom_${index}`);
}

const emojiOf = ({ metadata }: MessageResource): string[] => metadata.reactions.map(({ emoji }) => emoji);

describe('adding a reaction', () => {
  it.each(SPELLINGS)('echoes %s as it was sent', async (emoji) => {
    expect(emojiOf(await react(b, message, emoji))).toEqual([emoji]);
  });

  it.each(SPELLINGS)('counts %s, 👍 and its shortcodes as one', async (emoji) => {
    const reacted = await react(b, message, emoji);
    for (const spelling of SPELLINGS) expect(await react(b, message, spelling)).toEqual(reacted);
    expect(await readTalk(a, talk)).toMatchObject({ seq: 2 });
  });

  it('lets several agents use one emoji, and one agent several', async () => {
    await react(b, message, '👍');
    await react(c, message, '👍');
    const { metadata } = await react(b, message, '🎉');
    expect(metadata.reactions).toMatchObject([
      { emoji: '👍', owner_type: 'agent', owner_id: b.id },
      { emoji: '👍', owner_type: 'agent', owner_id: c.id },
      { emoji: '🎉', owner_type: 'agent', owner_id: b.id },
    ]);
  });

  it('works on a system message too', async () => {
    await leave(c, talk);
    const left = (await messagesOf(a, talk)).at(-1) as MessageResource;
    expect(emojiOf(await react(b, left, '👋'))).toEqual(['👋']);
  });

  it('is refused for what is no emoji', async () => {
    for (const emoji of ['', 'Thumbs Up', '👍👍', ':', 'x'.repeat(65)]) {
      expect(await tryReact(b, emoji)).toBe('400 invalid_request');
    }
  });

  it('is refused to an outsider and to a former participant', async () => {
    const [outsider] = await world.agents('Agent D');
    await leave(c, talk);
    expect(await tryReact(outsider, '👍')).toBe('403 not_participant');
    expect(await tryReact(c, '👍')).toBe('403 not_participant');
  });

  it("does not find another customer's message", async () => {
    const foreigner = await world.agent('Stranger', { customerId: randomUUID() });
    expect(await tryReact(foreigner, '👍')).toBe('404 message_not_found');
  });

  it('is refused to an agent after 20 on one message', async () => {
    await reactMany(b, 20);
    expect(await tryReact(b, '👍')).toBe('409 reaction_limit');
    await takeAway(b, 'custom_0');
    expect(emojiOf(await react(b, message, '👍'))).toContain('👍');
  });

  it('is refused after 50 different ones on one message, but not for one of them', async () => {
    const [d] = await world.agents('Agent D');
    await add(a, talk, d);
    await Promise.all([reactMany(a, 20), reactMany(b, 20, 20), reactMany(c, 10, 40)]);
    expect(await tryReact(d, '👍')).toBe('409 reaction_limit');
    expect((await react(d, message, 'custom_0')).metadata.reactions).toHaveLength(51);
  });
});

describe('taking a reaction away', () => {
  it.each(SPELLINGS)('finds 👍 as %s', async (emoji) => {
    await react(b, message, '👍');
    expect(emojiOf(await takeAway(b, emoji))).toEqual([]);
  });

  it('takes the emoji in the query string too', async () => {
    await react(b, message, '👍');
    const path = `${MESSAGES}/${message.id}/reactions?emoji=${encodeURIComponent('👍')}`;
    expect(emojiOf(await ok(b.api().delete(path)))).toEqual([]);
  });

  it("leaves everyone else's", async () => {
    await react(b, message, '👍');
    await react(c, message, '👍');
    expect((await takeAway(b, '👍')).metadata.reactions).toMatchObject([{ owner_id: c.id }]);
  });

  it('changes nothing where it is not there', async () => {
    const reacted = await react(b, message, '👍');
    expect(await takeAway(b, '🎉')).toEqual(reacted);
    expect(await takeAway(c, '👍')).toEqual(reacted);
    expect(await readTalk(a, talk)).toMatchObject({ seq: 2 });
  });

  it('moves the time of the message', async () => {
    const reacted = await react(b, message, '👍');
    const bare = await takeAway(b, '👍');
    expect(bare).toEqual({ ...message, tm_update: bare.tm_update });
    expect(bare.tm_update > reacted.tm_update).toBe(true);
  });
});

it('reaction events tell of the reaction alone', async () => {
  const watcher = await c.follow();
  const [reaction] = (await react(b, message, ':tada:')).metadata.reactions;
  await takeAway(b, '🎉');
  const data = { message_id: message.id, ...reaction };
  expect(await logOf(watcher, talk, 3)).toEqual([
    event('reaction_added', talk, 2, data),
    event('reaction_removed', talk, 3, data),
  ]);
});
