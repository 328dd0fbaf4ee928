import { sameLoad, sideBySide } from './side-by-side.js';
import { messagesPerCpu, rate } from './targets.js';

export const w2 = sideBySide(
  'W2',
  '100 talks × 2 sockets, 200 sends in flight over REST',
  sameLoad({ scene: { talks: 100, members: 2, sockets: 2 }, call: 'rest', pace: { inFlight: 200 } }),
  (row) => [
    rate('messagesPerSecond', row('Talk'), row('bare'), 0.7),
    messagesPerCpu(row('Talk'), row('bare'), 0.7),
    rate('messagesPerSecond', row('Talk'), row('plain'), 10),
    messagesPerCpu(row('Talk'), row('plain'), 10),
  ],
);
