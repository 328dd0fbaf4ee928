import { QueryFailedError } from 'typeorm';
import { DomainError } from '../errors/domain-error.js';

/** Connection failures, and SQLSTATEs that say "not now" rather than "never". */
const TRANSIENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  '25006', // read_only_sql_transaction: a standby that is not the primary yet
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53300', // too_many_connections
  '55000', // object_not_in_prerequisite_state: asked for its log's end while it recovers
  '55P03', // lock_timeout
  '57014', // statement_timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/** pg reports these without a code. */
const NO_CONNECTION = 'timeout exceeded when trying to connect';
const LOST_CONNECTION =
  /^(Connection terminated|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** True where nothing more can be asked on the connection. */
export const isConnectionLost = (error: unknown): error is Error =>
  error instanceof Error && LOST_CONNECTION.test(error.message);

/** True where the same call may well succeed in a moment: the database is away, busy or over a time limit. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (TRANSIENT.has(code) || code.startsWith('08'))) return true;
  return error.message === NO_CONNECTION || isConnectionLost(error);
}

/** The error as services see it: a 503 where a retry may help, else unchanged (a bug, so a 500). */
export function asDomainError(error: unknown): unknown {
  // TypeORM hides what pg says in an error of its own.
  const reason: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!isUnavailable(reason)) return error;
  return new DomainError('unavailable', 'The database did not answer in time. Try again.', [], {
    cause: reason,
  });
}

/** True where PostgreSQL itself refused a statement: its transaction took no effect, and others may still go through. */
export function wasRolledBack(error: unknown): boolean {
  const reason: unknown = error instanceof DomainError ? error.cause : error;
  return (reason as { severity?: unknown } | undefined)?.severity === 'ERROR';
}
