import { MESSAGES, add, createTalk, remove } from './builders.js';
import type { Client } from './client.js';
import type { TestDatabase } from './database.js';
import { isWithin, membershipOf, storedEvents, type Interval, type StoredEvent } from './history.js';
import type { TestAgent, World } from './world.js';

/** One talk in which `guest` is removed and added again, over and over, while it sends; on two replicas. */
export interface Race {
  chatId: string;
  owner: TestAgent;
  guest: TestAgent;
  /** The guest's, one on each replica. */
  guests: Client[];
  /** Texts that REST acknowledged, and those that it refused. */
  accepted: Set<string>;
  refused: Set<string>;
}

/** Messages that the guest tries to send in one round. */
export const SENDS_A_ROUND = 3;

export async function prepareRace(world: World): Promise<Race> {
  const [owner, guest] = await world.agents('Owner', 'Guest');
  const { id } = await createTalk(owner, [guest], { type: 'group' });
  const guests = await Promise.all([guest.follow(0), guest.follow(1)]);
  return { chatId: id, owner, guest, guests, accepted: new Set(), refused: new Set() };
}

/** The guest sends through both replicas while it is removed through one, then while it is added through the other. */
export async function runRace(race: Race, rounds: number, afterRound = (): unknown => 0): Promise<void> {
  const { chatId, owner, guest } = race;
  for (let round = 0; round < rounds; round += 1) {
    const here = round % 2;
    const there = 1 - here;
    await Promise.all([
      send(race, here, `${round}a`),
      remove(owner, { id: chatId }, guest, there),
      send(race, there, `${round}b`),
    ]);
    await owner.api(here).post(MESSAGES, { chat_id: chatId, text: `${round} without the guest` });
    await Promise.all([send(race, there, `${round}c`), add(owner, { id: chatId }, guest, here)]);
    await afterRound();
  }
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

/** What PostgreSQL keeps of a race. */
export interface RaceHistory {
  events: StoredEvent[];
  /** When the guest was in the talk. */
  membership: Interval[];
  /** The guest's messages. */
  sent: StoredEvent[];
  /** The seqs that the guest is to be sent. */
  visible: number[];
}

export async function historyOf({ chatId, guest }: Race, database: TestDatabase): Promise<RaceHistory> {
  const events = await storedEvents(database, chatId);
  const membership = membershipOf(guest.id, events, true);
  return {
    events,
    membership,
    sent: events.filter(({ type, payload }) => type === 'message_created' && payload.owner_id === guest.id),
    visible: events.map(({ seq }) => seq).filter((seq) => isWithin(seq, membership)),
  };
}
