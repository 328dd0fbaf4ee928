import { randomUUID } from 'node:crypto';
import { expectProblem, expectUnharmed } from './support/problems.js';
import { Scene } from './support/scene.js';
import { World } from './support/world.js';

const TALKS = 'GET /service_agents/talk_chats';
const MESSAGES = 'GET /service_agents/talk_messages';
const TAKE_REACTION = 'DELETE /service_agents/talk_messages/{message}/reactions';

const PAGE_SIZES = [
  '0',
  '101',
  '-1',
  '1e1',
  '1.5',
  'abc',
  '',
  '%201',
  '0x10',
  '9'.repeat(400),
  '%00',
  'NaN',
  '٣',
];

const aTime = '2024-01-17 10:30:00.000000';
const PAGE_TOKENS = {
  'a letter': 'x',
  'a number': '1',
  NUL: '\0',
  'a date only': '2024-01-17',
  'a time in another form': '2024-01-17T10:30:00.000000Z',
  'a time without microseconds': '2024-01-17 10:30:00',
  'a time with a zone': `${aTime}+00`,
  'a day that is not': '2024-02-30 10:00:00.000000',
  'a month that is not': '2024-13-01 10:00:00.000000',
  'an hour that is not': '2024-01-17 24:00:00.000000',
  'a second that is not': '2024-01-17 23:59:60.000000',
  'the year 0': '0000-01-01 00:00:00.000000',
  'a year of five digits': '12024-01-17 10:30:00.000000',
  'a year before Christ': '-001-01-17 10:30:00.000000',
  infinity: 'infinity',
  now: 'now',
  'a bad id': `${aTime},x`,
  'an empty id': `${aTime},`,
  'two ids': `${aTime},${randomUUID()},${randomUUID()}`,
  'only an id': `,${randomUUID()}`,
  SQL: `${aTime}' OR '1'='1`,
  '5,000 characters': aTime.padEnd(5000, '0'),
};

const ORDERS = ['up', '', 'ASC', 'asc,desc', 'constructor', '%00', 'asc;DROP'];
const REPEATED = [
  'page_size=1&page_size=1',
  'page_size[]=1',
  'page_token=&page_token=',
  'order=asc&order=desc',
  `page_token=${encodeURIComponent(aTime)}&page_token=${encodeURIComponent(aTime)}`,
];
const UNKNOWN = [
  'surprise',
  'limit',
  'Page_size',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'then',
  '%00',
];
const manyParameters = Array.from({ length: 500 }, (_, index) => `p${index}=x`).join('&');

describe('query strings', () => {
  let world: World;
  let scene: Scene;

  beforeAll(async () => {
    world = await World.create({ env: { RATE_LIMIT: '0' } });
    scene = await Scene.create(world);
  });
  afterAll(() => world.close());

  describe.each([TALKS, MESSAGES, `${MESSAGES}?chat_id={chat}`])('%s', (call) => {
    const list = (query: string): ReturnType<Scene['call']> =>
      scene.call(`${call}${call.includes('?') ? '&' : '?'}${query}`);

    it.each(PAGE_SIZES)('refuses page_size=%s', async (size) => {
      expectProblem(await list(`page_size=${size}`), 400, 'invalid_request', 'page_size');
    });

    it.each(Object.entries(PAGE_TOKENS))('refuses %s for a page_token', async (_, token) => {
      const answer = await list(`page_token=${encodeURIComponent(token)}`);
      expectProblem(answer, 400, 'invalid_request', 'page_token');
    });

    it.each(['0001-01-01 00:00:00.000000', '9999-12-31 23:59:59.999999', `${aTime},${randomUUID()}`])(
      'takes the page_token %s',
      async (token) => {
        for (const order of ['asc', 'desc']) {
          const answer = await list(`page_token=${encodeURIComponent(token)}&order=${order}`);
          expect(answer.status).toBe(200);
        }
      },
    );

    it.each(ORDERS)('refuses order=%s', async (order) => {
      expectProblem(await list(`order=${order}`), 400, 'invalid_request', 'order');
    });

    it.each(REPEATED)('refuses the repeated %s', async (query) => {
      expectProblem(await list(query), 400, 'invalid_request');
    });

    it.each(UNKNOWN)('refuses the unknown parameter %s', async (name) => {
      expectProblem(await list(`${name}=x`), 400, 'invalid_request');
      expectProblem(await list(`page_size=1&${name}`), 400, 'invalid_request');
    });

    it('refuses 500 parameters', async () => {
      expectProblem(await list(manyParameters), 400, 'invalid_request');
      expectProblem(await list(Array(500).fill('page_size=1').join('&')), 400, 'invalid_request');
    });

    it.each(['%zz', 'order=%zz', '%', 'order=%ed%a0%80', '%ff=%ff', '=', '=x'])(
      'refuses the broken query ?%s',
      async (query) => {
        expectProblem(await list(query), 400, 'invalid_request');
      },
    );
  });

  it.each(['chat_id', 'parent_id'])('refuses a %s that is no UUID', async (name) => {
    for (const id of [
      'x',
      '1',
      '%00',
      `${randomUUID()}0`,
      `{${randomUUID()}}`,
      'a'.repeat(4000),
      '%ed%a0%80',
    ]) {
      expectProblem(await scene.call(`${MESSAGES}?${name}=${id}`), 400, 'invalid_request', name);
    }
  });

  it.each(['chat_id', 'parent_id'])('refuses a repeated %s', async (name) => {
    const answer = await scene.call(`${MESSAGES}?${name}={chat}&${name}={message}`);
    expectProblem(answer, 400, 'invalid_request', name);
  });

  it.each(['open', '', 'ACTIVE', 'deleted', 'toString', '%00', 'active&status=closed'])(
    'refuses talks of the status %s',
    async (status) => {
      expectProblem(await scene.call(`${TALKS}?status=${status}`), 400, 'invalid_request', 'status');
    },
  );

  it.each(['', '?', '?emoji', '?emoji=', '?emoji=a&emoji=b', '?emoji[]=a', '?emoji=%f0%9f', '?emoji=%00'])(
    'refuses to take away the reaction of %j',
    async (query) => {
      expectProblem(await scene.call(TAKE_REACTION + query), 400, 'invalid_request', 'emoji');
    },
  );

  it('refuses an unknown parameter beside the emoji', async () => {
    const answer = await scene.call(`${TAKE_REACTION}?emoji=thumbsup&surprise=1`);
    expectProblem(answer, 400, 'invalid_request', 'surprise');
  });

  it('stays unharmed', () => expectUnharmed(world));
});
