import { freeze } from '../support/freeze.js';
import { RedisCluster } from '../support/redis-cluster.js';
import type { RedisServer } from '../support/redis-server.js';
import { Lab } from './support/lab.js';
import { expectFailoverUnharmed } from './support/redis-failover.js';
import { MINUTE } from './support/scale.js';

describe.each<[string, (pid: number) => () => void]>([
  ['killed', (pid) => (process.kill(pid, 'SIGKILL'), () => undefined)],
  ['frozen', (pid) => freeze([pid])],
])("one of a Cluster's three masters that is %s under load", (how, strike) => {
  let redis: RedisCluster;
  let lab: Lab;
  beforeAll(async () => {
    redis = await RedisCluster.start({ copies: true });
    lab = await Lab.create({ replicas: 3, env: { ...redis.env, LOG_LEVEL: 'info' } });
  });
  afterAll(async () => {
    await lab.close();
    await redis.stop();
  });

  it(
    'has its copy in its place, and no push is lost',
    async () => {
      const [struck, other] = redis.masters as [RedisServer, RedisServer, RedisServer];
      let undo = (): void => undefined;
      await expectFailoverUnharmed(lab, `Cluster failover, one master ${how}`, async () => {
        undo = strike(struck.pid);
        await Promise.resolve();
      }).finally(() => undo());
      const nodes = String(await redis.command(other, 'CLUSTER', 'NODES'));
      expect(nodes).toMatch(new RegExp(`:${struck.port}@\\S+ (\\S*fail|slave)`));
    },
    2 * MINUTE,
  );
});
