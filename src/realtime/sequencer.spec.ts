import fc from 'fast-check';
import { Sequencer } from './sequencer.js';

interface Numbered {
  seq: number;
  text: string;
}

const event = (seq: number): Numbered => ({ seq, text: `event ${seq}` });
const upTo = (head: number, from = 1): Numbered[] =>
  Array.from({ length: head - from + 1 }, (_, index) => event(from + index));

/** What a bus may make of events 1..head: any of them, any number of times, in any order. */
const arrivals = (head: number): fc.Arbitrary<Numbered[]> =>
  fc.array(fc.integer({ min: 1, max: head }).map(event), { maxLength: head * 4 });

describe('Sequencer', () => {
  it('hands out events that arrive in order at once', () => {
    const sequencer = new Sequencer<Numbered>(0);
    expect(upTo(5).flatMap((arrived) => sequencer.offer(arrived))).toEqual(upTo(5));
  });

  it('hands out a prefix of the stream, each event once and in order, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }).chain((head) => arrivals(head)),
        (arrived) => {
          const sequencer = new Sequencer<Numbered>(0);
          const handedOut = arrived.flatMap((next) => sequencer.offer(next));
          expect(handedOut).toEqual(upTo(sequencer.applied));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('hands out everything once the truth has filled the gaps, whatever was lost', () => {
    const history = fc.integer({ min: 1, max: 60 }).chain((head) =>
      fc.record({
        head: fc.constant(head),
        start: fc.integer({ min: 0, max: head }),
        arrived: arrivals(head),
        pageSize: fc.integer({ min: 1, max: 10 }),
      }),
    );
    fc.assert(
      fc.property(history, ({ head, start, arrived, pageSize }) => {
        const sequencer = new Sequencer<Numbered>(start);
        const handedOut = arrived.flatMap((next) => sequencer.offer(next));
        while (sequencer.applied < head) {
          const after = sequencer.applied;
          handedOut.push(...sequencer.fill(upTo(Math.min(head, after + pageSize), after + 1)));
        }
        expect(handedOut).toEqual(upTo(head, start + 1));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays right when arrivals and reads of the truth alternate in any way', () => {
    const step = (head: number): fc.Arbitrary<{ arrived: Numbered[]; read: number }> =>
      fc.record({ arrived: arrivals(head), read: fc.integer({ min: 0, max: head }) });
    const history = fc
      .integer({ min: 1, max: 40 })
      .chain((head) => fc.record({ head: fc.constant(head), steps: fc.array(step(head), { maxLength: 6 }) }));
    fc.assert(
      fc.property(history, ({ head, steps }) => {
        const sequencer = new Sequencer<Numbered>(0);
        const handedOut: Numbered[] = [];
        for (const { arrived, read } of steps) {
          // A page that was asked for before some of these arrived, and comes after them.
          const page = upTo(head, sequencer.applied + 1).slice(0, read);
          for (const next of arrived) handedOut.push(...sequencer.offer(next));
          handedOut.push(...sequencer.fill(page));
        }
        expect(handedOut).toEqual(upTo(sequencer.applied));
      }),
      { numRuns: 1000 },
    );
  });

  it('lets the truth win over what was held', () => {
    const sequencer = new Sequencer<Numbered>(0);
    sequencer.offer({ seq: 2, text: 'forged' });
    expect(sequencer.fill(upTo(2))).toEqual(upTo(2));
  });

  it('forgets what was held beyond the head', () => {
    const sequencer = new Sequencer<Numbered>(3);
    sequencer.offer({ seq: 9, text: 'never happened' });
    expect(sequencer.hasGap).toBe(true);
    sequencer.dropHeld();
    expect(sequencer.hasGap).toBe(false);
    expect(sequencer.offer(event(4))).toEqual([event(4)]);
  });
});
