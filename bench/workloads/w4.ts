import { sameLoad, sideBySide } from './side-by-side.js';
import { cost } from './targets.js';
import { SPREAD } from './w1.js';

export const w4 = sideBySide(
  'W4',
  'open loop, 400 messages/s × 10 sockets',
  sameLoad({ ...SPREAD, pace: { perSecond: 400 } }),
  (row) => [
    cost('p50', row('Talk'), row('bare'), 1.5),
    cost('p99', row('Talk'), row('bare'), 1.5),
    cost('totalCpu', row('Talk'), row('bare'), 1.5),
  ],
);
