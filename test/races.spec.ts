import { isWithin, membershipOf, receivedSeqs, storedEvents } from './support/history.js';
import { isOwn, type Client } from './support/client.js';
import { CHATS, MESSAGES } from './support/builders.js';
import { World, type TestAgent } from './support/world.js';

let world: World;
beforeAll(async () => void (world = await World.create({ replicas: 2, env: { DATABASE_POOL: '20' } })));
afterAll(() => world.close());

const TALKS = 25;
const ROUNDS = 80;

/** One talk in which `guest` is removed and added again, over and over, while it sends. */
interface Race {
  chatId: string;
  owner: TestAgent;
  guest: TestAgent;
  watchers: Client[];
  guests: Client[];
  /** Texts that REST acknowledged, and those that it refused. */
  accepted: Set<string>;
  refused: Set<string>;
}

async function prepare(): Promise<Race> {
  const [owner, guest] = await world.agents('Owner', 'Guest');
  const { body } = await owner.api().post(CHATS, { type: 'group', participant_ids: [guest.id] });
  const [watchers, guests] = await Promise.all([
    Promise.all([owner.follow(0), owner.follow(1)]),
    Promise.all([guest.follow(0), guest.follow(1)]),
  ]);
  return { chatId: body.id, owner, guest, watchers, guests, accepted: new Set(), refused: new Set() };
}

async function send(
  { chatId, guest, accepted, refused }: Race,
  replica: number,
  text: string,
): Promise<void> {
  const { status, body } = await guest.api(replica).post(MESSAGES, { chat_id: chatId, text });
  if (status === 200) accepted.add(text);
  else {
    expect([status, body.code]).toEqual([403, 'not_participant']);
    refused.add(text);
  }
}

async function remove({ chatId, owner, guest }: Race, replica: number): Promise<void> {
  const { body: participants } = await owner.api(replica).get(`${CHATS}/${chatId}/participants`);
  const { id } = participants.find(({ owner_id }: { owner_id: string }) => owner_id === guest.id);
  const { status } = await owner.api(replica).delete(`${CHATS}/${chatId}/participants/${id}`);
  expect(status).toBe(200);
}

async function add({ chatId, owner, guest }: Race, replica: number): Promise<void> {
  const { status } = await owner.api(replica).post(`${CHATS}/${chatId}/participants`, { owner_id: guest.id });
  expect(status).toBe(200);
}

/** The guest sends through both replicas while it is removed through one, then while it is added through the other. */
async function run(race: Race): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const here = round % 2;
    const there = 1 - here;
    await Promise.all([send(race, here, `${round}a`), remove(race, there), send(race, there, `${round}b`)]);
    await race.owner.api(here).post(MESSAGES, { chat_id: race.chatId, text: `${round} without the guest` });
    await Promise.all([send(race, there, `${round}c`), add(race, here)]);
  }
}

describe('2,000 races of sending, removing and adding again, over two replicas', () => {
  const races: Race[] = [];

  beforeAll(async () => {
    races.push(...(await Promise.all(Array.from({ length: TALKS }, prepare))));
    await Promise.all(races.map(run));
  }, 300_000);

  it('accept exactly what was acknowledged, and nothing after its author had left', async () => {
    for (const { chatId, guest, accepted, refused } of races) {
      const events = await storedEvents(world.database, chatId);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const sent = events.filter(
        ({ type, payload }) => type === 'message_created' && payload.owner_id === guest.id,
      );
      expect(new Set(sent.map(({ payload }) => payload.text))).toEqual(accepted);
      expect(accepted.size + refused.size).toBe(ROUNDS * 3);
      const membership = membershipOf(guest.id, events, true);
      expect(sent.filter(({ seq }) => !isWithin(seq, membership))).toEqual([]);
    }
  });

  it('were races: sends were accepted and refused', () => {
    expect(races.some(({ accepted }) => accepted.size > ROUNDS)).toBe(true);
    expect(races.some(({ refused }) => refused.size > 0)).toBe(true);
  });

  it('show those who stay everything, once and in order', async () => {
    for (const { chatId, watchers } of races) {
      const events = await storedEvents(world.database, chatId);
      for (const client of watchers) {
        await client.reach(chatId, events.length);
        expect(receivedSeqs(client, chatId)).toEqual(events.map(({ seq }) => seq));
      }
    }
  });

  it('show the guest all of its time in the talk, and nothing between leaving and joining', async () => {
    for (const { chatId, guest, guests } of races) {
      const events = await storedEvents(world.database, chatId);
      const membership = membershipOf(guest.id, events, true);
      const visible = events.map(({ seq }) => seq).filter((seq) => isWithin(seq, membership));
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
