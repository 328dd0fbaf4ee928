import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batch } from './batch.js';

/** A batch of two at a time, whose statements are written down and take a turn each. */
function recordedBatch(): { batch: Batch<number, string>; statements: number[][] } {
  const statements: number[][] = [];
  const batch = new Batch<number, string>(2, async (keys) => {
    statements.push(keys);
    await nextTurn();
    if (keys.includes(0)) throw new Error('refused');
    return keys.map((key) => `value ${key}`);
  });
  return { batch, statements };
}

describe('a batch of questions', () => {
  it('asks a lone one at once, and those that come meanwhile together, each answered by its own value', async () => {
    const { batch, statements } = recordedBatch();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((key) => batch.ask(key)));
    expect(answers).toEqual([1, 2, 3, 4, 5].map((key) => `value ${key}`));
    expect(statements).toEqual([[1], [2], [3, 4], [5]]);
  });

  it('waits for more questions between its statements, and for no more than so many', async () => {
    const statements: number[][] = [];
    const answer = (keys: number[]): Promise<string[]> => {
      statements.push(keys);
      return Promise.resolve(keys.map(String));
    };
    const batch = new Batch(10, answer, 3);
    await Promise.all([batch.ask(1), batch.ask(2)]);
    const answers = [3, 4, 5].map((key) => batch.ask(key));
    await expect(batch.ask(6)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await Promise.all(answers)).toEqual(['3', '4', '5']);
    expect(statements).toEqual([[1], [2], [3, 4, 5]]);
  });

  it('asks again for what is asked again: an answer is never older than its question', async () => {
    const { batch, statements } = recordedBatch();
    await batch.ask(1);
    await batch.ask(1);
    expect(statements).toEqual([[1], [1]]);
  });

  it('fails all that a failed statement was to answer, and goes on with the next', async () => {
    const { batch } = recordedBatch();
    const outcomes = await Promise.allSettled([1, 2, 0, 3, 4].map((key) => batch.ask(key)));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
  });
});
