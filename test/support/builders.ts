import { randomUUID } from 'node:crypto';
import type { AgentResource } from '../../src/agents/agent.presenter.js';
import type { ChatResource } from '../../src/chats/chat.presenter.js';
import type { ParticipantResource } from '../../src/chats/participant.presenter.js';
import type { Page } from '../../src/http/page.js';
import type { MessageResource } from '../../src/messages/message.presenter.js';
import type { Answer } from './api.js';
import { isOwn, type Client, type ReceivedEvent } from './client.js';
import type { TestAgent, World } from './world.js';

export const CHATS = '/service_agents/talk_chats';
export const MESSAGES = '/service_agents/talk_messages';
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Matches any time in the wire's form. */
export const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/) as string;
export const anId = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;

/** What the calls below need to know of a talk or a message. */
type Created = Pick<ChatResource, 'id'>;

/** The body of a call that has to succeed. */
export async function ok<Body>(call: Promise<Answer>): Promise<Body> {
  const answer = await call;
  if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as Body;
}

/** Status and code of a refused call: `404 talk_not_found`; the code is missing where it was not refused. */
export async function refusalOf(call: Promise<Answer>): Promise<string> {
  const answer = await call;
  return `${answer.status} ${(answer.body as { code?: string }).code}`;
}

export const createTalk = (
  creator: TestAgent,
  others: TestAgent[] = [],
  body: object = {},
): Promise<ChatResource> =>
  ok(creator.api().post(CHATS, { participant_ids: others.map(({ id }) => id), ...body }));

export const readTalk = (reader: TestAgent, { id }: Created): Promise<ChatResource> =>
  ok(reader.api().get(`${CHATS}/${id}`));

export const close = (actor: TestAgent, { id }: Created): Promise<ChatResource> =>
  ok(actor.api().post(`${CHATS}/${id}/close`));

export const reopen = (actor: TestAgent, { id }: Created): Promise<ChatResource> =>
  ok(actor.api().post(`${CHATS}/${id}/reopen`));

export const add = (
  actor: TestAgent,
  { id }: Created,
  agent: TestAgent,
  replica = 0,
): Promise<ParticipantResource> =>
  ok(actor.api(replica).post(`${CHATS}/${id}/participants`, { owner_type: 'agent', owner_id: agent.id }));

export const participantsOf = (
  reader: TestAgent,
  { id }: Created,
  replica = 0,
): Promise<ParticipantResource[]> => ok(reader.api(replica).get(`${CHATS}/${id}/participants`));

export async function participantOf(
  reader: TestAgent,
  talk: Created,
  agent: TestAgent,
  replica = 0,
): Promise<ParticipantResource> {
  const participant = (await participantsOf(reader, talk, replica)).find(
    ({ owner_id }) => owner_id === agent.id,
  );
  if (!participant) throw new Error(`agent ${agent.id} is no participant of ${talk.id}`);
  return participant;
}

export async function remove(
  actor: TestAgent,
  talk: Created,
  agent: TestAgent,
  replica = 0,
): Promise<ParticipantResource> {
  const { id } = await participantOf(actor, talk, agent, replica);
  return ok(actor.api(replica).delete(`${CHATS}/${talk.id}/participants/${id}`));
}

export const leave = (agent: TestAgent, talk: Created): Promise<ParticipantResource> =>
  remove(agent, talk, agent);

export const send = (
  author: TestAgent,
  { id }: Created,
  text: string,
  more: object = {},
): Promise<MessageResource> => ok(author.api().post(MESSAGES, { chat_id: id, text, ...more }));

export const readMessage = (reader: TestAgent, { id }: Created): Promise<MessageResource> =>
  ok(reader.api().get(`${MESSAGES}/${id}`));

export const edit = (author: TestAgent, { id }: Created, body: object): Promise<MessageResource> =>
  ok(author.api().put(`${MESSAGES}/${id}`, body));

export const erase = (author: TestAgent, { id }: Created): Promise<MessageResource> =>
  ok(author.api().delete(`${MESSAGES}/${id}`));

export const react = (agent: TestAgent, { id }: Created, emoji: string): Promise<MessageResource> =>
  ok(agent.api().post(`${MESSAGES}/${id}/reactions`, { emoji }));

/** The messages of a talk, those of one thread where a parent is given. */
export async function messagesOf(
  reader: TestAgent,
  talk: Created,
  parent?: Created,
): Promise<MessageResource[]> {
  const thread = parent ? `&parent_id=${parent.id}` : '';
  const page = await ok<Page<MessageResource>>(
    reader.api().get(`${MESSAGES}?chat_id=${talk.id}&page_size=100${thread}`),
  );
  return page.result;
}

/** An event as every participant has to receive it. */
export const event = (type: string, talk: Created, seq: number, data: unknown): ReceivedEvent => ({
  type,
  chat_id: talk.id,
  seq,
  tm_create: aTime,
  data,
});

/** What a client received of a talk's own events, once the event of this seq is there. */
export async function logOf(client: Client, talk: Created, seq: number): Promise<ReceivedEvent[]> {
  await client.reach(talk.id, seq);
  return client.of(talk.id).filter((received) => !isOwn(received));
}

/** A talk's events as they are kept, oldest first. */
export const storedEvents = (
  { database }: World,
  { id }: Created,
): Promise<{ type: string; payload: unknown }[]> =>
  database.query(`SELECT type, payload FROM events WHERE kind = 'chat' AND stream_id = $1 ORDER BY seq`, [
    id,
  ]);

export const storedTypes = async (world: World, talk: Created): Promise<string[]> =>
  (await storedEvents(world, talk)).map(({ type }) => type);

/** Whole numbers, both ends included. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const AGENTS = '/agents';
export const PASSWORD = 'correct horse';

/** An agent that an admin made, with a username of its own and the password above. */
export const createAgent = (admin: TestAgent, body: object = {}): Promise<AgentResource> =>
  ok(admin.api().post(AGENTS, { username: `agent-${randomUUID()}`, password: PASSWORD, ...body }));

/** Everything on a list, read page by page; `between` runs after each page. */
export async function listAll<Item>(
  reader: TestAgent,
  path: string,
  pageSize: number,
  between: () => unknown = () => undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let token = ''; ;) {
    const query = `page_size=${pageSize}&page_token=${encodeURIComponent(token)}`;
    const page = await ok<Page<Item>>(reader.api().get(`${path}${path.includes('?') ? '&' : '?'}${query}`));
    if (page.result.length === 0) return items;
    items.push(...page.result);
    token = page.next_page_token;
    await between();
  }
}
