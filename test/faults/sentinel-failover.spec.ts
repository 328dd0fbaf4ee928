import { RedisSentinel } from '../support/redis-sentinel.js';
import { freeze } from '../support/freeze.js';
import { Lab } from './support/lab.js';
import { expectFailoverUnharmed } from './support/redis-failover.js';
import { MINUTE } from './support/scale.js';

describe.each<[string, (pid: number) => () => void]>([
  ['killed', (pid) => (process.kill(pid, 'SIGKILL'), () => undefined)],
  ['frozen', (pid) => freeze([pid])],
])('a master with Sentinels that is %s under load', (how, strike) => {
  let redis: RedisSentinel;
  let lab: Lab;
  beforeAll(async () => {
    redis = await RedisSentinel.start();
    lab = await Lab.create({ replicas: 3, env: { ...redis.env, LOG_LEVEL: 'info' } });
  });
  afterAll(async () => {
    await lab.close();
    await redis.stop();
  });

  it(
    'has another one in its place, and no push is lost',
    async () => {
      const master = await redis.master();
      let undo = (): void => undefined;
      await expectFailoverUnharmed(lab, `Sentinel failover, master ${how}`, async () => {
        undo = strike(master.pid);
        await Promise.resolve();
      }).finally(() => undo());
      expect((await redis.master()).port).not.toBe(master.port);
    },
    2 * MINUTE,
  );
});
