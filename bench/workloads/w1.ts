import { sameLoad, sideBySide, type Load } from './side-by-side.js';
import { messagesPerCpu, rate } from './targets.js';

/** Also what W3 and W6 compare with. */
export const SPREAD: Load = {
  scene: { talks: 50, members: 10, sockets: 10 },
  call: 'rest',
  pace: { inFlight: 200 },
};

export const w1 = sideBySide(
  'W1',
  '50 talks × 10 sockets, 200 sends in flight over REST',
  sameLoad(SPREAD),
  (row) => [
    rate('messagesPerSecond', row('Talk'), row('bare'), 0.7),
    messagesPerCpu(row('Talk'), row('bare'), 0.7),
    rate('messagesPerSecond', row('Talk'), row('plain'), 8),
    messagesPerCpu(row('Talk'), row('plain'), 8),
  ],
);
