import { isWithin, receivedSeqs } from '../support/history.js';
import { historyOf, prepareRace, runRace, SENDS_A_ROUND, type Race } from '../support/membership-race.js';
import { Lab } from './support/lab.js';
import { killRedis } from './support/redis-outage.js';
import { NOTHING_WRONG, report } from './support/report.js';
import { MINUTE, scaled } from './support/scale.js';
import { Subscriber } from './support/subscriber.js';
import { judge } from './support/verdict.js';

const TALKS = scaled(10, 25);
const ROUNDS = scaled(30, 400);
const RACES = TALKS * ROUNDS;

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 2, env: { DATABASE_POOL: '20' } })));
afterAll(() => lab.close());

/** Redis is there for the first and the third quarter of all races, and away for the others. */
async function run(races: Race[]): Promise<void> {
  let done = 0;
  let bringBack: (() => Promise<void>) | undefined;
  const toggle = async (): Promise<void> => {
    done += 1;
    if (done % (RACES / 4) !== 0 || done === RACES) return;
    if (bringBack) await bringBack();
    bringBack = done === RACES / 2 ? undefined : await killRedis(lab);
  };
  await Promise.all(races.map((race) => runRace(race, ROUNDS, toggle)));
  await bringBack?.();
}

/** A race that the owner watches on both replicas. */
async function prepare(): Promise<Race> {
  const race = await prepareRace(lab.world);
  const { chatId, owner, guest } = race;
  lab.talks.push({ id: chatId, senders: [owner, guest] });
  for (const replica of [0, 1]) lab.subscribers.push(await Subscriber.start(owner, lab.urlOf(replica)));
  return race;
}

/** What the guest of a race sent and was sent while it was not in the talk, and what it missed while it was. */
async function wrongsOf(race: Race): Promise<{ accepted: number; delivered: number; missed: number }> {
  const { chatId, guests, accepted } = race;
  const { events, membership, sent, visible } = await historyOf(race, lab.world.database);
  expect(new Set(sent.map(({ payload }) => payload.text))).toEqual(accepted);
  const wrongs = {
    accepted: sent.filter(({ seq }) => !isWithin(seq, membership)).length,
    delivered: 0,
    missed: 0,
  };
  for (const client of guests) {
    await client.reach(chatId, events.length);
    const received = receivedSeqs(client, chatId);
    wrongs.delivered += received.filter((seq) => !isWithin(seq, membership)).length;
    wrongs.missed += received.join() === visible.join() ? 0 : 1;
  }
  return wrongs;
}

it(
  `${RACES} races of sending, removing and adding again, Redis up and away: nothing from or to whoever has left`,
  async () => {
    const races = await Promise.all(Array.from({ length: TALKS }, prepare));
    await run(races);
    const verdict = {
      ...judge([], await lab.settle(), lab.subscribers),
      sends: RACES * SENDS_A_ROUND,
      acknowledged: races.reduce((sum, { accepted }) => sum + accepted.size, 0),
    };
    const wrongs = await Promise.all(races.map(wrongsOf));
    const sum = (what: keyof (typeof wrongs)[number]): number =>
      wrongs.reduce((total, wrong) => total + wrong[what], 0);

    await report(
      `${RACES} races of send, remove and add, Redis up and away`,
      verdict,
      `after leaving: ${sum('accepted')} accepted, ${sum('delivered')} delivered`,
    );
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect([sum('accepted'), sum('delivered'), sum('missed')]).toEqual([0, 0, 0]);
    expect(verdict.acknowledged).toBeGreaterThan(RACES);
    expect(verdict.acknowledged).toBeLessThan(verdict.sends);
  },
  scaled(2 * MINUTE, 20 * MINUTE),
);
