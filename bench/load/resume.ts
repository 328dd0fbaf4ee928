import { place, type Slot } from './calls.js';
import type { Plan } from './plan.js';
import { DEAF } from './receiver.js';
import { connectSocketIo } from './socket-io.js';
import type { Tally } from './tally.js';

/** Events of its talk that a socket has missed, and that are replayed to it. */
const MISSED = 20;

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
  const resume = async (payload: string): Promise<Subscribed> => {
    const client = await connectSocketIo(seat, DEAF);
    const answer = await client.subscribe(payload);
    client.close();
    // `430[{…}]`
    return (JSON.parse(answer.slice(answer.indexOf('['))) as [Subscribed])[0];
  };
  const { epoch, positions } = await resume('{}');
  const payload = JSON.stringify({ after: { [talk.id]: (positions[talk.id] ?? 0) - MISSED }, epoch });
  return {
    start: (onAnswer) => {
      const number = tally.begin(0);
      void resume(payload).then(({ resync }) => {
        tally.answered(number, resync.length === 0);
        onAnswer();
      });
    },
  };
}
