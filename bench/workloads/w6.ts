import { bare } from '../systems/bare.js';
import { talk } from '../systems/talk.js';
import { sameLoad, sideBySide } from './side-by-side.js';
import { rate } from './targets.js';
import { SPREAD } from './w1.js';

const OVER_50_TALKS = 'Talk in W1';

export const w6 = sideBySide(
  'W6',
  'one hot talk, 200 sends in flight from 50 agents, 10 sockets',
  [
    ...sameLoad({ ...SPREAD, scene: { talks: 1, members: 50, sockets: 10 } }, [talk, bare]),
    { ...SPREAD, name: OVER_50_TALKS, system: talk },
  ],
  (row) => [rate('messagesPerSecond', row('Talk'), row(OVER_50_TALKS), 0.8)],
);
