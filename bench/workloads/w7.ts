import { sameLoad, sideBySide } from './side-by-side.js';
import { rate } from './targets.js';

export const w7 = sideBySide(
  'W7',
  'list of 50 messages with three reactions each, 64 connections (a message here is a list)',
  sameLoad({
    scene: { talks: 8, members: 8, sockets: 0, history: 50 },
    call: 'list',
    pace: { inFlight: 64 },
  }),
  (row) => [rate('messagesPerSecond', row('Talk'), row('bare'), 0.6)],
);
