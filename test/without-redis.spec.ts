import { startRedis } from './support/redis-server.js';
import { receivedSeqs } from './support/history.js';
import { CHATS, MESSAGES, range } from './support/builders.js';
import { World } from './support/world.js';

let world: World;
let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({ replicas: 2, env: { REDIS_URL: redis.url } });
});
afterAll(async () => {
  await world.close();
  await redis.stop();
});

it('two replicas push to each other through PostgreSQL while Redis is away, and through Redis once it is back', async () => {
  const [a, b] = await world.agents('A', 'B');
  const { body } = await a.api().post(CHATS, { participant_ids: [b.id] });
  const clients = [await b.follow(0), await b.follow(1)];
  const send = async (n: number): Promise<void> => {
    const { status } = await a.api(n % 2).post(MESSAGES, { chat_id: body.id, text: `${n}` });
    expect(status).toBe(200);
  };

  await send(1);
  await redis.stop();
  for (const n of range(2, 20)) await send(n);
  for (const client of clients) await client.reach(body.id, 20);

  const late = await b.follow(1);
  await send(21);
  await late.reach(body.id, 21);

  redis = await startRedis(Number(new URL(redis.url).port));
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  for (const n of range(22, 40)) await send(n);
  for (const client of clients) {
    await client.reach(body.id, 40);
    expect(receivedSeqs(client, body.id)).toEqual(range(1, 40));
  }
});
