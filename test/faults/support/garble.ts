import { randomUUID } from 'node:crypto';
import type { Envelope } from '../../../src/events/event.js';
import type { Sent, Tamper } from './redis-proxy.js';
import type { Publication } from './resp.js';

/** Which share of all publications each kind of harm befalls. */
const SHARE = 0.05;
/** Milliseconds by which one is late at the most, and so behind those that came after it. */
const LATE_AT_MOST = 60;

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** A message that nobody has sent: whoever is sent it was sent something wrong. */
const forged = (envelope: Envelope, more: Partial<Envelope>): string =>
  JSON.stringify({ ...envelope, payload: { ...envelope.payload, ...forgedFields() }, ...more });

const forgedFields = (): object => ({ id: randomUUID(), text: 'forged', client_message_id: randomUUID() });

/** A seq that every replica is long past: the next one but for a gap would be taken for true, as Redis is trusted that far. */
const oldSeq = ({ seq }: Envelope): number => (seq < 60 ? Number.MAX_SAFE_INTEGER : Math.floor(seq / 2));

type Garbage = (text: string, envelope: Envelope) => string;

/** What anybody who can write to a channel could put there. */
const GARBAGE: Garbage[] = [
  () => '',
  () => 'not JSON',
  () => '\u0000\ufffd\r\n',
  (text) => text.slice(0, text.length / 2),
  () => 'null',
  () => '[1, 2]',
  () => '{"kind":"chat"}',
  (text) => JSON.stringify([text]),
  (_, envelope) => JSON.stringify({ ...envelope, seq: String(envelope.seq) }),
  (_, envelope) => JSON.stringify({ ...envelope, seq: -1 }),
  (_, envelope) => JSON.stringify({ ...envelope, seq: envelope.seq + 0.5 }),
  (_, envelope) => JSON.stringify({ ...envelope, kind: 'toString' }),
  (_, envelope) => JSON.stringify({ ...envelope, payload: null }),
  (_, envelope) => forged(envelope, { seq: envelope.seq + 1_000_000 }),
  (_, envelope) => forged(envelope, { seq: Number.MAX_SAFE_INTEGER }),
  (_, envelope) => forged(envelope, { seq: envelope.seq + 1_000_000, type: 'participant_left', payload: {} }),
  (_, envelope) => forged(envelope, { seq: oldSeq(envelope) }),
  (_, envelope) => forged(envelope, { seq: oldSeq(envelope), type: 'chat_deleted' }),
  (_, envelope) => forged(envelope, { stream_id: randomUUID() }),
  (_, envelope) => forged(envelope, { kind: 'agent' }),
  (_, envelope) => forged(envelope, { kind: 'directory' }),
];

export interface Garbler {
  tamper: Tamper;
  /** How many were dropped, doubled, late, and replaced with garbage. */
  counts: [dropped: number, doubled: number, late: number, garbage: number];
}

/** Drops, doubles, delays and replaces with garbage a share of the publications each; by chance, as the seed has it. */
export function garbler(seed: number): Garbler {
  const random = randomFrom(seed);
  const counts: Garbler['counts'] = [0, 0, 0, 0];
  // One after the other, so that even a short run has them all.
  let nextGarbage = 0;
  const lastOfOthers = new Map<string, string>();
  const garbageFor = ({ channel, text }: Publication): string => {
    const ofAnother = [...lastOfOthers].find(([other]) => other !== channel)?.[1];
    const make = GARBAGE[nextGarbage++ % (GARBAGE.length + 1)];
    return make ? make(text, JSON.parse(text) as Envelope) : (ofAnother ?? '');
  };
  const harms: ((publication: Publication) => Sent[])[] = [
    () => [],
    ({ text }) => [{ text }, { text }],
    ({ text }) => [{ text, after: random() * LATE_AT_MOST }],
    (publication) => [{ text: garbageFor(publication) }],
  ];
  return {
    counts,
    tamper: (publication) => {
      lastOfOthers.set(publication.channel, publication.text);
      const kind = Math.floor(random() / SHARE);
      const harm = harms[kind];
      if (!harm) return [{ text: publication.text }];
      counts[kind] = (counts[kind] ?? 0) + 1;
      return harm(publication);
    },
  };
}
