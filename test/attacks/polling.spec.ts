import { Agent, request } from 'node:http';
import { range } from '../support/builders.js';
import { scaled, Siege } from './support/siege.js';

const SESSIONS = 100;
const ATTEMPTS = scaled(200, 1_000);

let siege: Siege;
beforeAll(async () => {
  siege = await Siege.start({
    POLLING: 'true',
    MAX_CONNECTIONS: '200',
    MAX_CONNECTIONS_PER_ADDRESS: `${SESSIONS}`,
  });
});
afterAll(() => siege.stop());

interface PollAnswer {
  status: number;
  body: string;
}

/** Few connections, however many sessions. */
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
afterAll(() => agent.destroy());

const poll = (method: string, query: string, body?: string, via: Agent = agent): Promise<PollAnswer> =>
  new Promise((resolve, reject) => {
    const path = `/socket.io/?EIO=4&transport=polling${query}`;
    const polling = request(siege.url + path, { method, agent: via }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    polling.on('error', reject);
    polling.end(body);
  });

const sidOf = ({ body }: PollAnswer): string => (JSON.parse(body.slice(1)) as { sid: string }).sid;

it('an address has so many sessions, on however few connections; the next is refused with 429', () =>
  siege.attack(`${ATTEMPTS} sessions by polling`, async () => {
    const answers = await Promise.all(range(1, ATTEMPTS).map(() => poll('GET', '')));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThanOrEqual(ATTEMPTS - SESSIONS);
    for (const { status, body } of refused) {
      expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([429, 'too_many_connections']);
    }
    // Each ends by a packet of its own, as a client does it.
    await Promise.all(
      answers
        .filter(({ status }) => status === 200)
        .map((answer) => poll('POST', `&sid=${sidOf(answer)}`, '1')),
    );
  }));

it('a burst of CONNECT packets in one body ends its session', () =>
  siege.attack('bodies of CONNECT packets', async () => {
    const sid = sidOf(await poll('GET', ''));
    await poll('POST', `&sid=${sid}`, Array<string>(2_000).fill('40').join('\x1e'));
    const { status } = await poll('GET', `&sid=${sid}`);
    expect(status).toBe(400);
  }));

it('a body of a session that has named nobody may be small only', async () => {
  const sid = sidOf(await poll('GET', ''));
  const { status } = await poll('POST', `&sid=${sid}`, `40{"token":"${'x'.repeat(20_000)}"}`);
  expect(status).toBe(413);
});

it('a named session may send large bodies', async () => {
  const sid = sidOf(await poll('GET', ''));
  await poll('POST', `&sid=${sid}`, `40{"token":"${siege.sender.token}"}`);
  expect((await poll('GET', `&sid=${sid}`)).body).toMatch(/^40\{"sid"/);
  const large = `420["subscribe",{"chat_ids":"${'x'.repeat(250 * 1024)}"}]`;
  expect(await poll('POST', `&sid=${sid}`, large)).toEqual({ status: 200, body: 'ok' });
  expect((await poll('GET', `&sid=${sid}`)).body).toMatch(/^430\[.*"invalid_request"/);
  await poll('POST', `&sid=${sid}`, '1');
});

it.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('%s is refused, to a session too', async (method) => {
  const sid = sidOf(await poll('GET', ''));
  for (const query of ['', `&sid=${sid}`]) expect((await poll(method, query)).status).toBe(404);
  await poll('POST', `&sid=${sid}`, '1');
});
