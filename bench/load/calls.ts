import { randomBytes } from 'node:crypto';
import { HttpConnection } from './http-connection.js';
import type { Plan, TalkSeats } from './plan.js';
import type { Receiver } from './receiver.js';
import type { Tally } from './tally.js';

const MESSAGES = '/service_agents/talk_messages';
/** Makes a text of about 100 characters together with the message's number. */
const FILLER = 'and then some more words, as people write them to each other, until the line is full: ';

/** One place to call from: a talk and somebody in it; `start` begins the next call and tells when it is answered. */
export interface Slot {
  start(onAnswer: () => void): void;
}

/** Names the messages of this run, so that each receipt can be counted for its own. */
export class MessageNames {
  private readonly run = randomBytes(4).toString('hex');
  private readonly marker = Buffer.from(`"client_message_id":"${this.run}-`);

  /** The body of a send. */
  body(talk: TalkSeats, number: number): string {
    return `{"chat_id":"${talk.id}","text":"${FILLER}${number}","client_message_id":"${this.run}-${number}"}`;
  }

  /** The number of the message that the event tells of; none where it is of no message of this run. */
  numberIn(bytes: Buffer, start: number, end: number): number | undefined {
    const at = bytes.indexOf(this.marker, start);
    if (at < 0 || at >= end) return undefined;
    let number = 0;
    for (let digitAt = at + this.marker.length; ; digitAt += 1) {
      const digit = (bytes[digitAt] as number) - 48;
      if (digit < 0 || digit > 9) return number;
      number = number * 10 + digit;
    }
  }
}

/** The talk and the member whose turn it is: one slot after another goes to the next talk, then to the next member. */
export function place(plan: Plan, slot: number): { talk: TalkSeats; member: number } {
  const talk = plan.talks[slot % plan.talks.length] as TalkSeats;
  return { talk, member: Math.floor(slot / plan.talks.length) };
}

/** A slot that sends, or lists, over a connection of its own. */
export async function restSlot(plan: Plan, slot: number, tally: Tally, names: MessageNames): Promise<Slot> {
  const { talk, member } = place(plan, slot);
  const seat = talk.senders[member % talk.senders.length];
  if (!seat) throw new Error('nobody is in the talk');
  const connection = await HttpConnection.open(seat);
  const listing = `${MESSAGES}?chat_id=${talk.id}&page_size=50`;
  return {
    start: (onAnswer) => {
      const number = tally.begin(plan.call === 'list' ? 0 : talk.receivers.length);
      const done = (isAccepted: boolean): void => {
        tally.answered(number, isAccepted);
        onAnswer();
      };
      if (plan.call === 'list') connection.call('GET', listing, '', done);
      else connection.call('POST', MESSAGES, names.body(talk, number), done);
    },
  };
}

/** Sends over sockets, and who waits for which answer. */
export class SocketSlots {
  private readonly waiting = new Map<number, () => void>();

  constructor(
    private readonly plan: Plan,
    private readonly tally: Tally,
    private readonly names: MessageNames,
  ) {}

  /** @param receivers of each talk, in the plan's order */
  slot(receivers: Receiver[][], slot: number): Slot {
    const { talk, member } = place(this.plan, slot);
    const ofTalk = receivers[slot % receivers.length] as Receiver[];
    const receiver = ofTalk[member % ofTalk.length] as Receiver;
    return {
      start: (onAnswer) => {
        const number = this.tally.begin(talk.receivers.length);
        this.waiting.set(number, onAnswer);
        receiver.send(number, this.names.body(talk, number));
      },
    };
  }

  answered(number: number, isAccepted: boolean): void {
    const onAnswer = this.waiting.get(number);
    this.waiting.delete(number);
    this.tally.answered(number, isAccepted);
    onAnswer?.();
  }
}
