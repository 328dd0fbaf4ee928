import { createTalk } from '../../test/support/builders.js';
import { eventually } from '../../test/support/eventually.js';
import { range } from '../../test/support/builders.js';
import { RoundRobin } from '../../test/support/round-robin.js';
import { startReplica } from '../../test/support/replica.js';
import { World, type TestAgent } from '../../test/support/world.js';
import { TalkClient } from '../src/talk-client.js';
import type { ClientState } from '../src/types.js';
import { Listening } from './support/listening.js';

let world: World;
let proxy: RoundRobin;
let a: TestAgent, b: TestAgent;
const clients: TalkClient[] = [];

beforeAll(async () => {
  world = await World.create({ replicas: 2, env: { RATE_LIMIT: '20' } });
  proxy = await RoundRobin.start(() =>
    world.replicas.filter((one) => one.process.signalCode === null).map(({ url }) => url),
  );
  [a, b] = await world.agents('Agent A', 'Agent B');
});
afterAll(async () => {
  for (const client of clients) client.close();
  proxy.stop();
  await world.close();
});

function clientOf({ token }: TestAgent): TalkClient {
  const client = new TalkClient({ url: proxy.url, token, backoff: { from: 20, to: 200 } });
  clients.push(client);
  return client;
}

it('two replicas behind one address: one is killed, and what was sent is there once, and heard once, in order', async () => {
  const talk = await createTalk(a, [b]);
  const [sender, receivers] = [clientOf(a), range(1, 4).map(() => clientOf(b))];
  const heard = receivers.map((receiver) => new Listening(receiver));
  await Promise.all(receivers.map((receiver) => receiver.connect()));
  const sends = range(1, 30).map(async (n) => sender.messages.send({ chat_id: talk.id, text: `${n}` }));
  await Promise.race(sends);
  world.replica(1).process.kill('SIGKILL');
  // The limit of 20 a second refuses some as well; the client tries those again when it is told to.
  const sent = await Promise.all(sends);
  expect(new Set(sent.map(({ seq }) => seq)).size).toBe(30);
  for (const one of heard) {
    await one.reach(talk.id, 30);
    expect(one.seqsOf(talk.id)).toEqual(range(1, 30));
    expect(one.resyncs).toEqual([]);
  }
  world.replicas[1] = await startReplica(world.env);
});

it('a send whose network is gone is sent once it is back, and the state tells of it', async () => {
  const talk = await createTalk(a, [b]);
  const [sender, receiver] = [clientOf(a), clientOf(b)];
  const states: ClientState[] = [];
  receiver.on('state', (state) => states.push(state));
  const heard = new Listening(receiver);
  await receiver.connect();
  proxy.isUp = false;
  proxy.drop();
  const sending = sender.messages.send({ chat_id: talk.id, text: 'in a tunnel' });
  const creating = sender.talks.create({ name: 'in a tunnel too' });
  await eventually(
    () => receiver.state,
    (state) => state === 'offline',
  );
  proxy.isUp = true;
  expect(await sending).toMatchObject({ text: 'in a tunnel', seq: 1 });
  expect((await creating).name).toBe('in a tunnel too');
  await heard.reach(talk.id, 1);
  await eventually(
    () => receiver.state,
    (state) => state === 'live',
  );
  expect(states.slice(0, 4)).toEqual(['connecting', 'live', 'recovering', 'offline']);
});

it('a send is given up when its time is over, or when the client is closed', async () => {
  const nobody = 'http://127.0.0.1:9';
  const options = { url: nobody, token: a.token, backoff: { from: 10, to: 20 } };
  const hasty = new TalkClient({ ...options, sendLimit: 100 });
  const talk = { chat_id: a.id, text: 'Hello' };
  await expect(hasty.messages.send(talk)).rejects.toMatchObject({ status: 0, code: 'network_error' });
  const patient = new TalkClient(options);
  const sending = patient.messages.send(talk);
  setTimeout(() => patient.close(), 50);
  await expect(sending).rejects.toThrow();
});
