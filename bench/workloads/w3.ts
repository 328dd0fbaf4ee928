import { talk } from '../systems/talk.js';
import { sameLoad, sideBySide } from './side-by-side.js';
import { rate } from './targets.js';
import { SPREAD } from './w1.js';

const OVER_REST = 'Talk over REST';

export const w3 = sideBySide(
  'W3',
  '50 talks × 10 sockets, 200 sends in flight over the sockets',
  [...sameLoad({ ...SPREAD, call: 'socket' }), { ...SPREAD, name: OVER_REST, system: talk }],
  (row) => [
    rate('messagesPerSecond', row('Talk'), row('bare'), 0.7),
    rate('messagesPerSecond', row('Talk'), row(OVER_REST), 1),
  ],
);
