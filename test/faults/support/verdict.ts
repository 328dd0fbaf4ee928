import type { Send } from './load.js';
import type { LogEntry, Subscriber } from './subscriber.js';

/** An event of a talk as PostgreSQL keeps it: the truth that all is judged by. */
export interface StoredEvent {
  seq: number;
  type: string;
  /** Of the message or participant it tells of. */
  id: string;
  clientMessageId?: string;
}

/** What one subscriber was sent of one talk, and after which seq that has to begin. */
interface SubscriberLog {
  after: number;
  entries: LogEntry[];
}

/** What came of a run; all but the first two and the last have to be 0. */
export interface Verdict {
  sends: number;
  acknowledged: number;
  /** Acknowledged, but not stored; or stored, but not sent to a subscriber as it was stored. */
  lost: number;
  /** Stored twice for one `client_message_id`, or sent twice to one subscriber. */
  doubled: number;
  /** Sent to a subscriber after a later one. */
  outOfOrder: number;
  /** Seqs that no stored event has, and steps of more than one in what a subscriber was sent. */
  gaps: number;
  /** The longest that any subscriber waited between two events, in milliseconds. */
  longestSilence: number;
}

/** Judges a run by comparing what senders and subscribers saw with what PostgreSQL keeps, talk by talk. */
export function judge(
  sends: Send[],
  stored: Map<string, StoredEvent[]>,
  subscribers: Pick<Subscriber, 'logs' | 'startedAfter'>[],
): Verdict {
  const truth = [...stored].map(([chatId, events]) => ({
    events,
    sends: sends.filter((send) => send.chatId === chatId),
    logs: subscribers.flatMap(({ logs, startedAfter }): SubscriberLog[] =>
      logs.has(chatId)
        ? [{ after: startedAfter.get(chatId) ?? 0, entries: logs.get(chatId) as LogEntry[] }]
        : [],
    ),
  }));
  const total = (count: (talk: (typeof truth)[number]) => number): number =>
    truth.reduce((sum, talk) => sum + count(talk), 0);
  const overLogs = (count: (log: SubscriberLog, events: StoredEvent[]) => number): number =>
    total(({ logs, events }) => logs.reduce((sum, log) => sum + count(log, events), 0));
  return {
    sends: sends.length,
    acknowledged: sends.filter(({ outcome }) => outcome === 'ok').length,
    lost: total((talk) => acknowledgedButNotStored(talk.sends, talk.events)) + overLogs(notReceived),
    doubled: total(({ events }) => storedTwice(events)) + overLogs(receivedTwice),
    outOfOrder: overLogs(receivedLate),
    gaps: total(({ events }) => holes(events)) + overLogs(skipped),
    longestSilence: Math.round(Math.max(0, ...subscribers.map(longestSilence))),
  };
}

function acknowledgedButNotStored(sends: Send[], events: StoredEvent[]): number {
  const stored = new Map(events.map(({ clientMessageId, seq }) => [clientMessageId, seq]));
  return sends.filter(
    ({ outcome, clientMessageId, seq }) => outcome === 'ok' && stored.get(clientMessageId) !== seq,
  ).length;
}

const storedTwice = (events: StoredEvent[]): number => {
  const ids = events.flatMap(({ clientMessageId }) => clientMessageId ?? []);
  return ids.length - new Set(ids).size;
};

const holes = (events: StoredEvent[]): number => events.filter(({ seq }, index) => seq !== index + 1).length;

const sameEvent = ({ seq, type, id }: StoredEvent): string => `${seq} ${type} ${id}`;

const notReceived = ({ after, entries }: SubscriberLog, events: StoredEvent[]): number => {
  const received = new Set(entries.map(sameEvent));
  return events.filter((event) => event.seq > after && !received.has(sameEvent(event))).length;
};

const receivedTwice = ({ entries }: SubscriberLog): number =>
  entries.length - new Set(entries.map(({ seq }) => seq)).size;

const receivedLate = ({ entries }: SubscriberLog): number =>
  entries.filter(({ seq }, index) => seq < (entries[index - 1]?.seq ?? 0)).length;

const skipped = ({ after, entries }: SubscriberLog): number =>
  entries.filter(({ seq }, index) => seq > (entries[index - 1]?.seq ?? after) + 1).length;

/** What subscribers were sent that is stored nowhere, or otherwise: as `seq type id client_message_id`. */
export function wronglyReceived(
  stored: Map<string, StoredEvent[]>,
  subscribers: Pick<Subscriber, 'logs'>[],
): string[] {
  const whole = ({ seq, type, id, clientMessageId }: StoredEvent): string =>
    `${seq} ${type} ${id} ${clientMessageId ?? ''}`;
  const known = new Map([...stored].map(([chatId, events]) => [chatId, new Set(events.map(whole))]));
  return subscribers.flatMap(({ logs }) =>
    [...logs].flatMap(([chatId, entries]) =>
      entries.map(whole).filter((entry) => !known.get(chatId)?.has(entry)),
    ),
  );
}

function longestSilence({ logs }: Pick<Subscriber, 'logs'>): number {
  const times = [...logs.values()]
    .flat()
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  return times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0);
}

/** The value that this share of all is not over; 0 where there is none. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
