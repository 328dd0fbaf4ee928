import type { Send } from './load.js';
import type { LogEntry } from './subscriber.js';
import { judge, quantile, wronglyReceived, type StoredEvent } from './verdict.js';

const CHAT = 'a talk';

const stored = (...seqs: number[]): StoredEvent[] =>
  seqs.map((seq) => ({ seq, type: 'message_created', id: `id ${seq}`, clientMessageId: `key ${seq}` }));

const received = (...seqs: number[]): LogEntry[] =>
  stored(...seqs).map((event, index) => ({ ...event, at: index * 10 }));

const acknowledged = (...seqs: number[]): Send[] =>
  seqs.map((seq) => ({
    chatId: CHAT,
    sender: undefined as never,
    clientMessageId: `key ${seq}`,
    attempts: [],
    outcome: 'ok',
    seq,
  }));

const judged = (sends: Send[], events: StoredEvent[], entries: LogEntry[], after = 0): object =>
  judge(sends, new Map([[CHAT, events]]), [
    { logs: new Map([[CHAT, entries]]), startedAfter: new Map([[CHAT, after]]) },
  ]);

const CLEAN = { lost: 0, doubled: 0, outOfOrder: 0, gaps: 0 };

describe('the judge of a run', () => {
  it('finds nothing where each was sent everything once, in order', () => {
    expect(judged(acknowledged(1, 2, 3), stored(1, 2, 3), received(1, 2, 3))).toEqual({
      ...CLEAN,
      sends: 3,
      acknowledged: 3,
      longestSilence: 10,
    });
    expect(judged([], stored(1, 2, 3), received(3), 2)).toMatchObject(CLEAN);
  });

  it('finds what was acknowledged but is not stored, or under another seq', () => {
    expect(judged(acknowledged(1, 2, 3), stored(1, 2), received(1, 2))).toMatchObject({ lost: 1 });
    const [send] = acknowledged(1) as [Send];
    expect(judged([{ ...send, seq: 2 }], stored(1), received(1))).toMatchObject({ lost: 1 });
  });

  it('finds what a subscriber was not sent, in the middle and at the end', () => {
    expect(judged([], stored(1, 2, 3), received(1, 3))).toMatchObject({ ...CLEAN, lost: 1, gaps: 1 });
    expect(judged([], stored(1, 2, 3), received(1, 2))).toMatchObject({ ...CLEAN, lost: 1 });
    expect(judged([], stored(1, 2, 3), received())).toMatchObject({ ...CLEAN, lost: 3 });
  });

  it('finds what a subscriber was sent otherwise than it is stored', () => {
    const [entry] = received(1) as [LogEntry];
    expect(judged([], stored(1), [{ ...entry, id: 'another' }])).toMatchObject({ ...CLEAN, lost: 1 });
  });

  it('finds what is stored or sent twice', () => {
    const [event] = stored(1) as [StoredEvent];
    const twice = [event, { ...event, seq: 2, id: 'id 2' }];
    expect(judged([], twice, received(1, 2))).toMatchObject({ ...CLEAN, doubled: 1 });
    expect(judged([], stored(1, 2), received(1, 1, 2))).toMatchObject({ ...CLEAN, doubled: 1 });
  });

  it('finds what was sent out of order', () => {
    expect(judged([], stored(1, 2, 3), received(2, 1, 3))).toMatchObject({ lost: 0, outOfOrder: 1, gaps: 2 });
  });

  it('finds holes in what is stored', () => {
    expect(judged([], stored(1, 3), received(1, 3))).toMatchObject({ lost: 0, gaps: 2 });
  });
});

it('what was sent but is stored nowhere, or otherwise, is found', () => {
  const [entry] = received(1) as [LogEntry];
  const wrong = [
    { ...entry, seq: 9 },
    { ...entry, id: 'another' },
    { ...entry, clientMessageId: 'another' },
  ];
  const events = new Map([[CHAT, stored(1)]]);
  const found = (chatId: string, entries: LogEntry[]): string[] =>
    wronglyReceived(events, [{ logs: new Map([[chatId, entries]]) }]);
  expect(found(CHAT, [entry, ...wrong])).toHaveLength(wrong.length);
  expect(found('no such talk', [entry])).toHaveLength(1);
});

it('a quantile is the value that a share of all is not over', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]).toEqual([51, 100, 100]);
  expect(quantile([], 0.5)).toBe(0);
});
