import { createTalk, MESSAGES, range } from './support/builders.js';
import { World } from './support/world.js';

let world: World;

beforeAll(async () => {
  world = await World.create({ env: { RATE_LIMIT: '0' } });
});

afterAll(() => world.close());

it('nobody is limited with RATE_LIMIT=0, nor told of limits', async () => {
  const [a] = await world.agents('Agent A');
  const talk = await createTalk(a);
  const client = await a.connect();
  const body = { chat_id: talk.id, text: 'Hello' };
  const answers = await Promise.all(range(1, 120).map(() => a.api().post(MESSAGES, body)));
  const acks = await Promise.all(range(1, 120).map(() => client.emit('message_create', body)));
  expect(answers.map(({ status }) => status)).toEqual(Array(120).fill(200));
  expect(acks.every((ack) => ack.ok)).toBe(true);
  expect(answers[0]?.headers.get('ratelimit-limit')).toBeNull();
});
