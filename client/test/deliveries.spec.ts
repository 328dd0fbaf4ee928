import fc from 'fast-check';
import { Deliveries } from '../src/deliveries.js';
import type { SubscribeResult, TalkEvent } from '../src/types.js';

const CHAT = 'a talk';

const event = (seq: number): TalkEvent =>
  ({ type: 'message_created', chat_id: CHAT, seq, tm_create: '', data: {} }) as TalkEvent;

const ack = (more: Partial<SubscribeResult> = {}): SubscribeResult => ({
  epoch: 'one',
  positions: {},
  resync: [],
  left: [],
  ...more,
});

/** What a sink was told, in order. */
class Told {
  readonly log: string[] = [];
  gaps = 0;
  readonly deliveries = new Deliveries({
    event: ({ seq }) => this.log.push(`event ${seq}`),
    resync: () => this.log.push('resync'),
    joined: () => this.log.push('joined'),
    left: () => this.log.push('left'),
    gap: () => (this.gaps += 1),
  });

  receive(...seqs: number[]): void {
    for (const seq of seqs) this.deliveries.receive(event(seq));
  }
}

describe('deliveries', () => {
  it('drop what was had, and stop at a gap', () => {
    const told = new Told();
    told.deliveries.resume();
    told.deliveries.acknowledge(ack({ positions: { [CHAT]: 2 } }));
    told.receive(1, 2, 3, 3, 5);
    expect(told.log).toEqual(['event 3']);
    expect(told.gaps).toBe(1);
    expect(told.deliveries.resume()).toEqual({ after: { [CHAT]: 3 }, epoch: 'one' });
  });

  it('hold what comes behind a lost stretch until it has been read', () => {
    const told = new Told();
    told.deliveries.resume();
    told.deliveries.acknowledge(ack({ positions: { [CHAT]: 2 } }));
    told.deliveries.resume();
    told.receive(9);
    const [stretch] = told.deliveries.acknowledge(ack({ positions: { [CHAT]: 8 }, resync: [CHAT] }));
    expect(stretch).toEqual({ chatId: CHAT, from: 2, to: 8 });
    told.receive(10);
    told.deliveries.recover(event(5) as TalkEvent<'message_created'>);
    expect(told.log).toEqual(['event 5']);
    told.deliveries.healed({ chatId: CHAT, from: 2, to: 8 });
    expect(told.log).toEqual(['event 5', 'resync', 'event 9', 'event 10']);
  });

  it('tell of a lost stretch also where reading it was cut short', () => {
    const told = new Told();
    told.deliveries.resume();
    told.deliveries.acknowledge(ack({ positions: { [CHAT]: 2 } }));
    told.deliveries.resume();
    told.deliveries.acknowledge(ack({ positions: { [CHAT]: 8 }, resync: [CHAT] }));
    told.deliveries.recover(event(5) as TalkEvent<'message_created'>);
    expect(told.deliveries.resume().after).toEqual({ [CHAT]: 5 });
    told.receive(6, 7, 8);
    told.deliveries.acknowledge(ack({ positions: { [CHAT]: 8 } }));
    expect(told.log).toEqual(['event 5', 'event 6', 'event 7', 'event 8', 'resync']);
  });

  it('begin anew under another epoch', () => {
    const told = new Told();
    told.deliveries.resume();
    told.deliveries.acknowledge(ack({ positions: { [CHAT]: 7 } }));
    told.deliveries.resume();
    expect(
      told.deliveries.acknowledge(ack({ epoch: 'two', positions: { [CHAT]: 4 }, resync: [CHAT] })),
    ).toEqual([]);
    told.receive(5);
    expect(told.log).toEqual(['resync', 'event 5']);
  });
});

/** One step of a talk's life, as its one client sees it. */
type Step =
  | { kind: 'write'; count: number }
  | { kind: 'connect'; delivered: number }
  | { kind: 'deliver'; count: number; repeat: number }
  | { kind: 'forget'; keep: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('connect' as const), delivered: fc.nat(8) }),
  fc.record({ kind: fc.constant('deliver' as const), count: fc.nat(6), repeat: fc.nat(3) }),
  fc.record({ kind: fc.constant('forget' as const), keep: fc.nat(3) }),
);

/** A server of one talk, by the contract: replays after a position, or says `resync` where that is not kept. */
class ModelServer {
  private head = 0;
  private oldest = 1;
  private sent = 0;

  constructor(private readonly told: Told) {}

  run(one: Step): void {
    if (one.kind === 'write') this.head += one.count;
    if (one.kind === 'forget') this.oldest = Math.max(this.oldest, this.head - one.keep);
    if (one.kind === 'deliver') this.deliver(one.count, one.repeat);
    if (one.kind === 'connect') this.connect(one.delivered);
  }

  /** A connection that is lost after so many events of its replay has no ack. */
  connect(delivered: number): void {
    const { deliveries } = this.told;
    const { after } = deliveries.resume();
    const from = after?.[CHAT];
    const isLost = from !== undefined && from < this.head && from + 1 < this.oldest;
    this.sent = from === undefined || isLost ? this.head : from;
    this.deliver(delivered, 0);
    if (this.sent < this.head) return;
    const stretches = deliveries.acknowledge(
      ack({ positions: { [CHAT]: this.sent }, resync: isLost ? [CHAT] : [] }),
    );
    for (const stretch of stretches) {
      // Every other one is a message; of the rest only `resync` tells.
      for (let seq = stretch.from + 1; seq <= stretch.to; seq += 1) {
        if (seq % 2 === 0) deliveries.recover(event(seq) as TalkEvent<'message_created'>);
      }
      deliveries.healed(stretch);
    }
  }

  private deliver(count: number, repeat: number): void {
    const to = Math.min(this.head, this.sent + count);
    for (let seq = Math.max(1, this.sent - repeat + 1); seq <= to; seq += 1) this.told.receive(seq);
    this.sent = to;
  }

  finish(): number {
    this.connect(Infinity);
    return this.head;
  }
}

it('whatever is written, lost and repeated: every event once, in order, and no step without a resync', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const told = new Told();
      const server = new ModelServer(told);
      server.connect(0);
      for (const one of steps) server.run(one);
      const head = server.finish();
      expect(told.gaps).toBe(0);
      expect(told.deliveries.positions.get(CHAT)).toBe(head);
      const seqs = told.log.flatMap((line) => (line === 'resync' ? [] : [Number(line.split(' ')[1])]));
      expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
      if (seqs.length < head) expect(told.log).toContain('resync');
    }),
    { numRuns: 2_000 },
  );
});
