import { place, type Slot } from './calls.js';
import type { Plan } from './plan.js';
import { openSocketIo, type Hearing } from './receiver.js';
import type { Tally } from './tally.js';

/** Events of its talk that a socket has missed, and that are replayed to it. */
const MISSED = 20;

const NOBODY: Hearing = { event: () => undefined, answer: () => undefined };

interface Subscribed {
  epoch: string;
  positions: Record<string, number>;
  resync: string[];
}

/** A slot whose call is to connect, resume and hang up; answered when the replay is out. */
export async function resumeSlot(plan: Plan, slot: number, tally: Tally): Promise<Slot> {
  const { talk, member } = place(plan, slot);
  const seat = talk.senders[member % talk.senders.length];
  if (!seat) throw new Error('nobody is in the talk');
  const first = await openSocketIo(seat, NOBODY);
  first.close();
  const { epoch, positions } = parse(first.subscribed);
  const after = { [talk.id]: (positions[talk.id] ?? 0) - MISSED };
  const subscribe = JSON.stringify({ after, epoch });
  return {
    start: (onAnswer) => {
      const number = tally.begin(0);
      void openSocketIo(seat, NOBODY, subscribe).then((receiver) => {
        receiver.close();
        tally.answered(number, parse(receiver.subscribed).resync.length === 0);
        onAnswer();
      });
    },
  };
}

/** `430[{…}]` */
const parse = (packet: string): Subscribed =>
  (JSON.parse(packet.slice(packet.indexOf('['))) as [Subscribed])[0];
