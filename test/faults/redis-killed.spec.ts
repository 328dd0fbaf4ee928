import { Lab } from './support/lab.js';
import { AWAY, killRedis, outage, RATE } from './support/redis-outage.js';
import { expectUnharmed } from './support/redis-outage-verdict.js';
import { MINUTE } from './support/scale.js';

let lab: Lab;
beforeAll(async () => void (lab = await Lab.create({ replicas: 3, env: { LOG_LEVEL: 'info' } })));
afterAll(() => lab.close());

it(
  'Redis killed and started anew under load: no request fails, and pushes go on through PostgreSQL',
  async () => {
    await expectUnharmed(lab, await outage(lab, killRedis), `Redis killed for ${AWAY / 1000} s at ${RATE}/s`);
  },
  3 * MINUTE,
);
