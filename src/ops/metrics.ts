import { Histogram } from 'prom-client';
import { count, countBy, level, registry } from './metric-kinds.js';

// Features count here; labels have few values, and never an id.

export const sends = countBy(
  'talk_sends_total',
  'Messages that somebody sent, by what came of them.',
  'outcome',
  ['created', 'repeated', 'refused', 'failed'],
);

export const commits = count('talk_commits_total', 'Transactions that wrote events.');

export const commitBatchSize = new Histogram({
  name: 'talk_commit_batch_size',
  help: 'Sends that were decided in one transaction.',
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  registers: [registry],
});

export const deliveries = count(
  'talk_deliveries_total',
  'Events handed to sockets, once for each socket, replays too.',
);

export const deliveryDelay = new Histogram({
  name: 'talk_delivery_delay_seconds',
  help: 'From an event’s commit to when this replica has handed it to its sockets; replays do not count.',
  buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  registers: [registry],
});

export const gapsRead = count(
  'talk_gaps_read_total',
  'Events read from PostgreSQL because a later one of their stream had come in.',
);

export const tailCatches = count(
  'talk_tail_catches_total',
  'Events read from PostgreSQL because only the tail check told of them.',
);

export const resumes = count('talk_resumes_total', 'Subscriptions that go on from where the client stopped.');

export const resyncs = count('talk_resyncs_total', 'Talks that a client was told to read anew.');

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

export const evictions = countBy(
  'talk_evictions_total',
  'Connections that Talk closed or refused by itself, by reason.',
  'reason',
  EVICTIONS,
);

export const socketLevel = level('talk_sockets', 'Sockets that have named their agent.');

export const feedLevel = level('talk_feeds', 'Streams that this replica follows.');

export const busLevel = level('talk_bus_up', '1 where events reach the other replicas at once, else 0.');

export const databaseLevel = level<'total' | 'idle' | 'waiting'>(
  'talk_database_connections',
  'Connections to PostgreSQL, those of them idle, and calls that wait for one.',
  'state',
);
