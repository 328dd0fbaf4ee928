import { randomUUID } from 'node:crypto';
import { Api, signToken, type Answer } from './support/api.js';
import { BAD_TOKENS } from './support/bad-tokens.js';
import { expectProblem, expectUnharmed } from './support/problems.js';
import { World } from './support/world.js';

const TALKS = '/service_agents/talk_chats';
const someId = randomUUID();

/** Every call but login, with nothing in it that anyone could object to. */
const CALLS: [method: string, path: string, body: string | undefined][] = [
  ['GET', TALKS, undefined],
  ['POST', TALKS, '{}'],
  ['GET', `${TALKS}/${someId}`, undefined],
  ['PUT', `${TALKS}/${someId}`, '{"name":"x"}'],
  ['DELETE', `${TALKS}/${someId}`, undefined],
  ['POST', `${TALKS}/${someId}/close`, undefined],
  ['POST', `${TALKS}/${someId}/reopen`, undefined],
  ['GET', `${TALKS}/${someId}/participants`, undefined],
  ['POST', `${TALKS}/${someId}/participants`, `{"owner_id":"${someId}"}`],
  ['DELETE', `${TALKS}/${someId}/participants/${someId}`, undefined],
  ['GET', '/service_agents/talk_messages', undefined],
  ['POST', '/service_agents/talk_messages', `{"chat_id":"${someId}","text":"x"}`],
  ['GET', `/service_agents/talk_messages/${someId}`, undefined],
  ['PUT', `/service_agents/talk_messages/${someId}`, '{"text":"x"}'],
  ['DELETE', `/service_agents/talk_messages/${someId}`, undefined],
  ['POST', `/service_agents/talk_messages/${someId}/reactions`, '{"emoji":"thumbsup"}'],
  ['DELETE', `/service_agents/talk_messages/${someId}/reactions?emoji=thumbsup`, undefined],
  ['DELETE', `/service_agents/talk_messages/${someId}/reactions/thumbsup`, undefined],
];

describe('tokens', () => {
  let world: World;
  let nobody: Api;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    nobody = new Api(world.replica(0).url);
  });
  afterAll(() => world.close());

  const listWith = (headers: Record<string, string>, query = ''): Promise<Answer> =>
    nobody.call('GET', TALKS + query, undefined, headers);

  it.each(CALLS)('%s %s asks for one', async (method, path, body) => {
    expectProblem(await nobody.call(method, path, body), 401, 'unauthenticated');
    expectProblem(await nobody.call(method, `/v1.0${path}`, body), 401, 'unauthenticated');
  });

  it('asks for one before it looks at the input', async () => {
    expectProblem(await nobody.get(`${TALKS}/x?surprise=1`), 401, 'unauthenticated');
    expectProblem(await nobody.post(TALKS, { surprise: 1 }), 401, 'unauthenticated');
  });

  describe.each(Object.entries(BAD_TOKENS))('with %s', (_, token) => {
    it('lets nobody in by the header', async () => {
      expectProblem(await listWith({ Authorization: `Bearer ${token}` }), 401, 'unauthenticated');
    });

    it.each(['token', 'accesskey'])('lets nobody in by ?%s=', async (name) => {
      expectProblem(await listWith({}, `?${name}=${encodeURIComponent(token)}`), 401, 'unauthenticated');
    });
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer  ',
    'Bearer null',
    'Basic YW5uOng=',
    'Token x',
    'Bearer \xff',
    'Bearer a b',
  ])('lets nobody in by the header %j', async (header) => {
    expectProblem(await listWith({ Authorization: header }), 401, 'unauthenticated');
  });

  it.each([
    '?token=',
    '?token',
    '?accesskey=',
    '?token=%00',
    '?token=%zz',
    '?token[]=x',
    `?token=${'a'.repeat(8000)}`,
  ])('lets nobody in by %s', async (query) => {
    const answer = await listWith({}, query);
    if (answer.status === 400) expectProblem(answer, 400, 'invalid_request');
    else expectProblem(answer, 401, 'unauthenticated');
  });

  it('lets nobody in by a token without its scheme', async () => {
    const { token } = await world.agent('Agent A');
    expectProblem(await listWith({ Authorization: token }), 401, 'unauthenticated');
  });

  it('refuses an agent under another customer', async () => {
    const { id } = await world.agent('Agent A');
    const token = await signToken({ agentId: id, customerId: randomUUID() });
    expectProblem(await listWith({ Authorization: `Bearer ${token}` }), 401, 'unauthenticated');
  });

  it('makes no agent of a refused token', async () => {
    const rows = await world.database.query<{ id: string }>('SELECT id FROM agents');
    const sub = /"sub":"([^"]+)"/.exec(atob(BAD_TOKENS['no end']?.split('.')[1] ?? ''))?.[1];
    expect(sub).toBeDefined();
    expect(rows.map(({ id }) => id)).not.toContain(sub);
  });

  it.each([
    { username: 'nobody', password: 'a password' },
    { username: "' OR 1=1 --", password: 'a password' },
    { username: '__proto__', password: '👍' },
  ])('refuses the login %j', async (login) => {
    expectProblem(await nobody.post('/auth/login', login), 401, 'invalid_credentials');
  });

  it('writes no token to its output', () => {
    const output = world.replica(0).output();
    for (const token of Object.values(BAD_TOKENS)) {
      if (token.length > 20) expect(output).not.toContain(token);
    }
  });

  it('stays unharmed', () => expectUnharmed(world));
});
