import fc from 'fast-check';
import { StreamQueue } from './stream-queue.js';
import { chatStream, streamName, type StreamKey } from './stream.js';

/** Milliseconds that no run comes near. */
const LONG = 60_000;

const streamOf = (index: number): StreamKey => chatStream(`${index}`);
const stream = streamOf(0);

/** Some of a few streams, in any order, perhaps one of them twice. */
const streams = fc.array(fc.integer({ min: 0, max: 4 }).map(streamOf), { maxLength: 6 });

/** Holds streams until it is told to let go. */
function hold(queue: StreamQueue, held: StreamKey[]): { letGo: () => void; done: Promise<void> } {
  let letGo = (): void => undefined;
  const done = queue.run(held, () => new Promise<void>((resolve) => (letGo = resolve)));
  return { letGo: () => letGo(), done };
}

describe('StreamQueue', () => {
  it('lets one at a time at each stream, all in the end, and forgets the streams, however they cross and fail', async () => {
    const everybody = fc.array(fc.record({ wanted: streams, fails: fc.boolean() }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), everybody, async (scheduler, each) => {
        const queue = new StreamQueue(LONG);
        const busy = new Set<string>();
        const ends = each.map(({ wanted, fails }) =>
          queue.run(wanted, async () => {
            const names = new Set(wanted.map(streamName));
            for (const name of names) expect(busy).not.toContain(name);
            for (const name of names) busy.add(name);
            await scheduler.schedule(Promise.resolve());
            for (const name of names) busy.delete(name);
            if (fails) throw new Error('on purpose');
          }),
        );
        const [outcomes] = await Promise.all([
          Promise.allSettled(ends),
          scheduler.waitFor(Promise.allSettled(ends)),
        ]);
        expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(each.map(({ fails }) => fails));
        expect(queue.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('lets those at one stream in the order they came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }).map(streamOf), { maxLength: 30 }),
        async (wanted) => {
          const queue = new StreamQueue(LONG);
          const order = new Map<string, number[]>();
          await Promise.all(
            wanted.map((one, index) =>
              queue.run([one], async () => {
                order.set(one.id, [...(order.get(one.id) ?? []), index]);
                await Promise.resolve();
              }),
            ),
          );
          for (const indexes of order.values()) expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('begins at once where nobody is', () => {
    const queue = new StreamQueue(LONG);
    let begun = false;
    const { letGo } = hold(queue, [stream]);
    void queue.run([streamOf(1)], () => Promise.resolve(void (begun = true)));
    expect(begun).toBe(true);
    letGo();
  });

  it('refuses whoever waits for longer than the limit, and those after it get their turn', async () => {
    const queue = new StreamQueue(20);
    const first = hold(queue, [stream]);
    const late = queue.run([streamOf(1), stream], () => Promise.resolve('late'));
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    // What it had taken before is free, what it waited for is not its any more.
    expect(await queue.run([streamOf(1)], () => Promise.resolve('free'))).toBe('free');
    const next = queue.run([stream], () => Promise.resolve('next'));
    first.letGo();
    expect(await next).toBe('next');
    await first.done;
    expect(queue.size).toBe(0);
  });

  it('forgets all of many who gave up', async () => {
    const queue = new StreamQueue(20);
    const first = hold(queue, [stream]);
    const many = Array.from({ length: 100 }, () => queue.run([stream], () => Promise.resolve()));
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(queue.size).toBe(1);
    first.letGo();
    await first.done;
    expect(queue.size).toBe(0);
  });
});
