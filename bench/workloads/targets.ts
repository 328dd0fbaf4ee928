import type { Row, Target } from './workload.js';

/** A figure of which more is better, against another system's. */
export const rate = (
  figure: 'messagesPerSecond' | 'deliveriesPerSecond',
  ours: Row,
  theirs: Row,
  atLeast: number,
): Target => ({
  what: `${figure === 'messagesPerSecond' ? 'messages/s' : 'deliveries/s'} ÷ ${theirs.system}`,
  value: (ours[figure] ?? NaN) / (theirs[figure] ?? NaN),
  atLeast,
});

/** Messages for the same processor time of all servers, PostgreSQL and Redis counted, against another system's. */
export const messagesPerCpu = (ours: Row, theirs: Row, atLeast: number): Target => ({
  what: `messages per CPU second ÷ ${theirs.system}`,
  value: (theirs.totalCpu ?? NaN) / (ours.totalCpu ?? NaN),
  atLeast,
});

/** A figure of which less is better, against another system's. */
export const cost = (
  figure: 'p50' | 'p99' | 'totalCpu' | 'serverCpu',
  ours: Row,
  theirs: Row,
  atMost: number,
): Target => ({
  what: `${{ p50: 'p50', p99: 'p99', totalCpu: 'CPU per message', serverCpu: 'server CPU per message' }[figure]} ÷ ${theirs.system}`,
  value: (ours[figure] ?? NaN) / (theirs[figure] ?? NaN),
  atMost,
});
