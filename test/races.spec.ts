import { isWithin, receivedSeqs } from './support/history.js';
import { isOwn, type Client } from './support/client.js';
import { historyOf, prepareRace, runRace, SENDS_A_ROUND, type Race } from './support/membership-race.js';
import { World } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create({ replicas: 2, env: { DATABASE_POOL: '20' } })));
afterAll(() => world.close());

const TALKS = 25;
const ROUNDS = 80;

interface WatchedRace extends Race {
  /** The owner's, one on each replica. */
  watchers: Client[];
}

async function prepare(): Promise<WatchedRace> {
  const race = await prepareRace(world);
  return { ...race, watchers: await Promise.all([race.owner.follow(0), race.owner.follow(1)]) };
}

describe('2,000 races of sending, removing and adding again, over two replicas', () => {
  const races: WatchedRace[] = [];

  beforeAll(async () => {
    races.push(...(await Promise.all(Array.from({ length: TALKS }, prepare))));
    await Promise.all(races.map((race) => runRace(race, ROUNDS)));
  }, 300_000);

  it('accept exactly what was acknowledged, and nothing after its author had left', async () => {
    for (const race of races) {
      const { events, membership, sent } = await historyOf(race, world.database);
      const { accepted, refused } = race;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(new Set(sent.map(({ payload }) => payload.text))).toEqual(accepted);
      expect(accepted.size + refused.size).toBe(ROUNDS * SENDS_A_ROUND);
      expect(sent.filter(({ seq }) => !isWithin(seq, membership))).toEqual([]);
    }
  });

  it('were races: sends were accepted and refused', () => {
    expect(races.some(({ accepted }) => accepted.size > ROUNDS)).toBe(true);
    expect(races.some(({ refused }) => refused.size > 0)).toBe(true);
  });

  it('show those who stay everything, once and in order', async () => {
    for (const race of races) {
      const { events } = await historyOf(race, world.database);
      const { chatId, watchers } = race;
      for (const client of watchers) {
        await client.reach(chatId, events.length);
        expect(receivedSeqs(client, chatId)).toEqual(events.map(({ seq }) => seq));
      }
    }
  });

  it('show the guest all of its time in the talk, and nothing between leaving and joining', async () => {
    for (const race of races) {
      const { events, visible } = await historyOf(race, world.database);
      const { chatId, guests } = race;
      for (const client of guests) {
        await client.reach(chatId, events.length);
        expect(receivedSeqs(client, chatId)).toEqual(visible);
      }
    }
  });

  it('tell the guest of each leaving right after it, and of each joining right before it', () => {
    for (const { chatId, guest, guests } of races) {
      for (const client of guests) {
        const log = client.of(chatId);
        const changes = log.filter(isOwn).map(({ type }) => type);
        expect(changes).toEqual(
          ['chat_joined', ...Array.from({ length: ROUNDS }, () => ['chat_left', 'chat_joined']).flat()].slice(
            1,
          ),
        );
        log.forEach((event, index) => {
          const [before, after] = [log[index - 1], log[index + 1]];
          if (event.type === 'chat_left') {
            expect([before?.type, before?.seq, before?.data.owner_id]).toEqual([
              'participant_left',
              event.seq,
              guest.id,
            ]);
          }
          if (event.type === 'chat_joined') {
            expect([after?.type, after?.seq, after?.data.owner_id]).toEqual([
              'participant_joined',
              event.seq + 1,
              guest.id,
            ]);
          }
        });
      }
    }
  });
});
