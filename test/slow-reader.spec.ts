import { createTalk, MESSAGES, range } from './support/builders.js';
import { receivedSeqs } from './support/history.js';
import { stopReading } from './support/slow.js';
import { World } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create()));
afterAll(() => world.close());

/** Far more than the kernel takes in for a reader that does not read. */
const MESSAGES_SENT = 1_500;
const TEXT = 'x'.repeat(10_000);

it('ends the connection of a client that does not read, which resumes; the others are unharmed', async () => {
  const [author, sleepy, awake] = await world.agents('Author', 'Sleepy', 'Awake');
  const talk = await createTalk(author, [sleepy, awake]);
  const { epoch } = await (await sleepy.connect()).subscribe();
  const [slow, quick] = [await sleepy.follow(), await awake.follow()];
  const ended = new Promise((resolve) => slow.socket.once('disconnect', resolve));
  const readOn = stopReading(slow);
  for (const _ of range(1, MESSAGES_SENT / 10)) {
    await Promise.all(range(1, 10).map(() => author.api().post(MESSAGES, { chat_id: talk.id, text: TEXT })));
  }
  await quick.reach(talk.id, MESSAGES_SENT);
  expect(receivedSeqs(quick, talk.id)).toEqual(range(1, MESSAGES_SENT));

  readOn();
  await ended;
  const seen = receivedSeqs(slow, talk.id);
  expect(seen.length).toBeLessThan(MESSAGES_SENT);

  const again = await sleepy.connect();
  await again.subscribe({ after: { [talk.id]: seen.length }, epoch });
  expect([...seen, ...receivedSeqs(again, talk.id)]).toEqual(range(1, MESSAGES_SENT));
});
