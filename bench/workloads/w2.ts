import { quotient, sideBySide } from './sends.js';

export const w2 = sideBySide(
  'W2',
  '100 talks × 2 sockets, 200 sends in flight over REST',
  { scene: { talks: 100, members: 2, sockets: 2 }, call: 'rest', pace: { inFlight: 200 } },
  (row) => [
    {
      what: 'messages/s ÷ bare',
      value: quotient('messagesPerSecond', row('Talk'), row('bare')),
      atLeast: 0.7,
    },
  ],
);
