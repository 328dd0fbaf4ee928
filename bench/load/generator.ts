import { setTimeout as sleep } from 'node:timers/promises';
import { MessageNames, restSlot, SocketSlots, type Slot } from './calls.js';
import { openReceiver } from './open-receiver.js';
import { closedLoop, openLoop } from './pacing.js';
import type { Outcome, Plan, Report } from './plan.js';
import { resumeSlot } from './resume.js';
import type { Hearing, Receiver } from './receiver.js';
import { Tally } from './tally.js';

/** Slots of an open loop: more calls than this at once means that the system does not keep up. */
const OPEN_LOOP_SLOTS = 100;
/** Sockets that connect at once. */
const CONNECTING_AT_ONCE = 50;
/** Milliseconds that receipts may come late, after the last call. */
const LATE_AT_MOST = 15_000;

const tell = (report: Report): void => void process.send?.(report);

/** Plays a plan: connects, warms up, measures, and waits for what is still on its way. */
async function play(plan: Plan): Promise<Outcome> {
  const tally = new Tally();
  const names = new MessageNames();
  const overSockets = new SocketSlots(plan, tally, names);
  const receivers = await connectAll(plan, {
    event: (bytes, start, end) => {
      const number = names.numberIn(bytes, start, end);
      if (number !== undefined) tally.received(number);
    },
    answer: (number, isAccepted) => overSockets.answered(number, isAccepted),
  });
  const { pace } = plan;
  const count = 'inFlight' in pace ? pace.inFlight : OPEN_LOOP_SLOTS;
  const slots = await Promise.all(
    Array.from({ length: count }, async (_, slot): Promise<Slot> => {
      if (plan.call === 'socket') return overSockets.slot(receivers, slot);
      return plan.call === 'resume' ? resumeSlot(plan, slot, tally) : restSlot(plan, slot, tally, names);
    }),
  );
  const running = 'inFlight' in pace ? closedLoop(slots) : openLoop(slots, pace.perSecond);
  await sleep(plan.warmUp);
  tally.open();
  tell({ stage: 'measuring' });
  await sleep(plan.measure);
  tally.close();
  tell({ stage: 'measured' });
  running.stop();
  for (
    let waited = 0;
    waited < LATE_AT_MOST && (running.pending() > 0 || tally.missing() > 0);
    waited += 50
  ) {
    await sleep(50);
  }
  const outcome = tally.outcome();
  return { ...outcome, refused: outcome.refused + running.pending() };
}

async function connectAll({ wire, talks }: Plan, hearing: Hearing): Promise<Receiver[][]> {
  const receivers: Receiver[][] = talks.map(() => []);
  const wanted = talks.flatMap((talk, index) => talk.receivers.map((seat) => ({ seat, index })));
  const connect = async (): Promise<void> => {
    for (let next = wanted.shift(); next; next = wanted.shift()) {
      receivers[next.index]?.push(await openReceiver(wire, next.seat, hearing));
    }
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connect));
  return receivers;
}

process.once('message', (plan: Plan) => {
  void play(plan).then((outcome) => tell({ stage: 'done', outcome }));
});
process.once('disconnect', () => process.exit(0));
