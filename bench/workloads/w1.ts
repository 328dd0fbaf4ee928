import type { Contestant } from '../rounds.js';
import { quotient, sideBySide } from './sends.js';

/** Also what W6 compares with. */
export const SPREAD: Pick<Contestant, 'scene' | 'call' | 'pace'> = {
  scene: { talks: 50, members: 10, sockets: 10 },
  call: 'rest',
  pace: { inFlight: 200 },
};

export const w1 = sideBySide('W1', '50 talks × 10 sockets, 200 sends in flight over REST', SPREAD, (row) => [
  {
    what: 'messages/s ÷ bare',
    value: quotient('messagesPerSecond', row('Talk'), row('bare')),
    atLeast: 0.7,
  },
]);
