import { sameLoad, sideBySide } from './side-by-side.js';
import { rate } from './targets.js';

export const w5 = sideBySide(
  'W5',
  'one talk with 1,000 sockets, 20 sends in flight',
  sameLoad({ scene: { talks: 1, members: 1_000, sockets: 1_000 }, call: 'rest', pace: { inFlight: 20 } }),
  (row) => [rate('deliveriesPerSecond', row('Talk'), row('bare'), 0.75)],
);
