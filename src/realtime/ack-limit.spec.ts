import { setTimeout as sleep } from 'node:timers/promises';
import { AckLimit, type Deadline } from './ack-limit.js';

const LIMIT = 200;
const never = (): Promise<never> => new Promise(() => undefined);

describe('AckLimit', () => {
  it('passes on what comes in time', async () => {
    const limit = new AckLimit({ ackLimit: LIMIT });
    expect(await limit.run(() => Promise.resolve('in time'))).toBe('in time');
    await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('refuses what does not, and tells the work', async () => {
    const limit = new AckLimit({ ackLimit: LIMIT });
    let told: Deadline | undefined;
    const answer = limit.run((deadline) => ((told = deadline), never()));
    const signal = told?.signal;
    expect(signal?.aborted).toBe(false);
    expect(() => told?.throwIfPassed()).not.toThrow();
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(signal?.aborted).toBe(true);
    expect(() => told?.throwIfPassed()).toThrow('too long');
  });

  it('waits on while there is progress, and no longer', async () => {
    const limit = new AckLimit({ ackLimit: LIMIT });
    const replay = {};
    let over = false;
    const answer = limit.run(never, replay).finally(() => (over = true));
    answer.catch(() => undefined);
    for (let quarter = 0; quarter < 12; quarter += 1) {
      limit.progress(replay);
      await sleep(LIMIT / 4);
    }
    expect(over).toBe(false);
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    // What is over stays so.
    limit.progress(replay);
  });
});
