import { Counter, Histogram, Registry } from 'prom-client';

// Features count here; labels have few values, and never an id. `Gauges` reports current values.

/** Every metric of this process. */
export const registry = new Registry();

const registers = [registry];

const SEND_OUTCOMES = ['created', 'repeated', 'refused', 'failed'] as const;

export type SendOutcome = (typeof SEND_OUTCOMES)[number];

export const sends = new Counter({
  name: 'talk_sends_total',
  help: 'Messages that somebody sent, by what came of them.',
  labelNames: ['outcome'],
  registers,
});
for (const outcome of SEND_OUTCOMES) sends.inc({ outcome }, 0);

export const commits = new Counter({
  name: 'talk_commits_total',
  help: 'Transactions that wrote events.',
  registers,
});

export const commitBatchSize = new Histogram({
  name: 'talk_commit_batch_size',
  help: 'Sends that were decided in one transaction.',
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  registers,
});

export const deliveries = new Counter({
  name: 'talk_deliveries_total',
  help: 'Events handed to sockets, once for each socket, replays too.',
  registers,
});

export const deliveryDelay = new Histogram({
  name: 'talk_delivery_delay_seconds',
  help: 'From an event’s commit to when this replica has handed it to its sockets; replays do not count.',
  buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  registers,
});

export const gapsRead = new Counter({
  name: 'talk_gaps_read_total',
  help: 'Events read from PostgreSQL because a later one of their stream had come in.',
  registers,
});

export const tailCatches = new Counter({
  name: 'talk_tail_catches_total',
  help: 'Events read from PostgreSQL because only the tail check told of them.',
  registers,
});

export const resumes = new Counter({
  name: 'talk_resumes_total',
  help: 'Subscriptions that go on from where the client stopped.',
  registers,
});

export const resyncs = new Counter({
  name: 'talk_resyncs_total',
  help: 'Talks that a client was told to read anew.',
  registers,
});

/** Why Talk closes or refuses a connection by itself, other than to stop. */
const EVICTIONS = [
  'slow_reader',
  'token_ended',
  'revoked',
  'unnamed',
  'refused',
  'protocol',
  'replica_full',
  'address_full',
  'agent_full',
  'epoch',
  'lost_events',
] as const;

export type EvictionReason = (typeof EVICTIONS)[number];

export const evictions = new Counter({
  name: 'talk_evictions_total',
  help: 'Connections that Talk closed or refused by itself, by reason.',
  labelNames: ['reason'],
  registers,
});
for (const reason of EVICTIONS) evictions.inc({ reason }, 0);
