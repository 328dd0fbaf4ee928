import { randomUUID } from 'node:crypto';
import type { Answer } from './support/api.js';
import {
  add,
  CHATS,
  close,
  createTalk,
  MESSAGES,
  participantOf,
  react,
  refusalOf,
  send,
} from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
let a: TestAgent;
let b: TestAgent;
let c: TestAgent;

beforeAll(async () => {
  world = await World.create();
  [a, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
});

afterAll(() => world.close());

/** What the paths below name: made anew for each call, since most calls change it. */
type Ids = Record<'talk' | 'message' | 'participant', string>;

async function createScene(): Promise<Ids> {
  const talk = await createTalk(a, [b], { type: 'group', name: 'Payments' });
  const message = await send(a, talk, 'Hello');
  await send(b, talk, 'Reply', { parent_id: message.id });
  await react(a, message, '👍');
  return { talk: talk.id, message: message.id, participant: (await participantOf(a, talk, b)).id };
}

interface Path {
  method: string;
  canonical: string;
  short: string;
  body?: () => object;
  /** Where the talk has to be closed before. */
  closed?: true;
}

const CHAT = `${CHATS}/{talk}`;
const MESSAGE = `${MESSAGES}/{message}`;
const THUMB = encodeURIComponent('👍');

const READS: Path[] = [
  { method: 'GET', canonical: CHATS, short: '/talks' },
  {
    method: 'GET',
    canonical: `${CHATS}?status=active&page_size=1`,
    short: '/talks?status=active&page_size=1',
  },
  { method: 'GET', canonical: CHAT, short: '/talks/{talk}' },
  { method: 'GET', canonical: `${CHAT}/participants`, short: '/talks/{talk}/participants' },
  { method: 'GET', canonical: `${MESSAGES}?chat_id={talk}`, short: '/talks/{talk}/messages' },
  {
    method: 'GET',
    canonical: `${MESSAGES}?chat_id={talk}&parent_id={message}&order=desc&after_seq=1`,
    short: '/talks/{talk}/messages?parent_id={message}&order=desc&after_seq=1',
  },
  { method: 'GET', canonical: MESSAGE, short: '/messages/{message}' },
];

const WRITES: Path[] = [
  {
    method: 'POST',
    canonical: CHATS,
    short: '/talks',
    body: () => ({ participant_ids: [b.id], name: 'New' }),
  },
  { method: 'PUT', canonical: CHAT, short: '/talks/{talk}', body: () => ({ name: 'Renamed' }) },
  { method: 'DELETE', canonical: CHAT, short: '/talks/{talk}' },
  { method: 'POST', canonical: `${CHAT}/close`, short: '/talks/{talk}/close' },
  { method: 'POST', canonical: `${CHAT}/reopen`, short: '/talks/{talk}/reopen', closed: true },
  {
    method: 'POST',
    canonical: `${CHAT}/participants`,
    short: '/talks/{talk}/participants',
    body: () => ({ agent_id: c.id }),
  },
  {
    method: 'DELETE',
    canonical: `${CHAT}/participants/{participant}`,
    short: '/talks/{talk}/participants/{participant}',
  },
  { method: 'PUT', canonical: MESSAGE, short: '/messages/{message}', body: () => ({ text: 'Edited' }) },
  { method: 'DELETE', canonical: MESSAGE, short: '/messages/{message}' },
  {
    method: 'POST',
    canonical: `${MESSAGE}/reactions`,
    short: '/messages/{message}/reactions',
    body: () => ({ emoji: '🎉' }),
  },
  {
    method: 'DELETE',
    canonical: `${MESSAGE}/reactions/${THUMB}`,
    short: `/messages/{message}/reactions/${THUMB}`,
  },
  {
    method: 'DELETE',
    canonical: `${MESSAGE}/reactions?emoji=thumbsup`,
    short: '/messages/{message}/reactions?emoji=thumbsup',
  },
];

const PREFIXES = ['', '/v1.0'];

function call(agent: TestAgent, { method, body }: Path, path: string, ids: Ids): Promise<Answer> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: keyof Ids) => ids[name]);
  return agent.api().call(method, filled, body && JSON.stringify(body()));
}

/** What an answer says, without what differs between two scenes: their ids and times. */
function likeness({ status, body }: Answer, ids: Ids): unknown {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, `{${name}}`]));
  const text = JSON.stringify(body)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}/g, '{time}')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => nameOf(id, names));
  return { status, body: JSON.parse(text) as unknown };
}

const nameOf = (id: string, names: Map<string, string>): string =>
  names.get(id) ?? ([a, b, c].some((agent) => agent.id === id) ? id : '{id}');

describe.each(READS)('$method $short', (path) => {
  it.each(PREFIXES)('returns what the canonical path does, with the prefix "%s"', async (prefix) => {
    const ids = await createScene();
    const canonical = await call(a, path, path.canonical, ids);
    const short = await call(a, path, prefix + path.short, ids);
    expect(short.status).toBe(200);
    expect(short.body).toEqual(canonical.body);
    expect((await call(a, path, prefix + path.canonical, ids)).body).toEqual(canonical.body);
  });
});

describe.each(WRITES)('$method $short', (path) => {
  it('does and returns what the canonical path does, with and without the prefix', async () => {
    const answers: unknown[] = [];
    for (const written of [path.canonical, path.short, `/v1.0${path.canonical}`, `/v1.0${path.short}`]) {
      const ids = await createScene();
      if (path.closed) await close(a, { id: ids.talk });
      const answer = await call(a, path, written, ids);
      expect(answer.status).toBe(200);
      const messages = await a.api().get(`${MESSAGES}?chat_id=${ids.talk}`);
      answers.push([likeness(answer, ids), likeness(messages, ids)]);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe.each([...READS, ...WRITES].filter(({ canonical }) => canonical.includes('{')))(
  '$method $short',
  (path) => {
    it('refuses whom the canonical path refuses, in the same words', async () => {
      const ids = await createScene();
      const [outsider] = await world.agents('Outsider');
      const stranger = await world.agent('Stranger', { customerId: randomUUID() });
      const absent = { talk: randomUUID(), message: randomUUID(), participant: randomUUID() };
      for (const agent of [outsider, stranger]) {
        const canonical = await refusalOf(call(agent, path, path.canonical, ids));
        expect(await refusalOf(call(agent, path, path.short, ids))).toBe(canonical);
        expect(canonical).toMatch(/^40[34] /);
      }
      const notFound = await refusalOf(call(a, path, path.canonical, absent));
      expect(await refusalOf(call(a, path, path.short, absent))).toBe(notFound);
      expect(notFound).toMatch(/^404 /);
    });
  },
);

it('POST /talks/{id}/messages sends what POST /service_agents/talk_messages does', async () => {
  const ids = await createScene();
  await add(a, { id: ids.talk }, c);
  const content = { text: 'Hello', parent_id: ids.message, medias: [{ type: 'image/png' }], type: 'normal' };
  const canonical = await a.api().post(MESSAGES, { chat_id: ids.talk, ...content });
  for (const prefix of PREFIXES) {
    const short = await a.api().post(`${prefix}/talks/${ids.talk}/messages`, content);
    expect(short.body).toEqual({
      ...canonical.body,
      id: short.body.id,
      seq: short.body.seq,
      tm_create: short.body.tm_create,
      tm_update: short.body.tm_update,
    });
  }
  const twice = a.api().post(`/talks/${ids.talk}/messages`, { chat_id: ids.talk, ...content });
  expect(await refusalOf(twice)).toBe('400 invalid_request');
});
