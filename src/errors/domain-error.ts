/** Every way Talk refuses a call. `http/problem.ts` gives each its status and title. */
export type ErrorCode =
  | 'invalid_request'
  | 'unauthenticated'
  | 'invalid_credentials'
  | 'not_participant'
  | 'not_author'
  | 'not_creator'
  | 'not_admin'
  | 'access_key_not_allowed'
  | 'route_not_found'
  | 'talk_not_found'
  | 'message_not_found'
  | 'participant_not_found'
  | 'agent_not_found'
  | 'access_key_not_found'
  | 'participant_exists'
  | 'username_taken'
  | 'agent_exists'
  | 'talk_full'
  | 'talk_closed'
  | 'message_deleted'
  | 'reaction_limit'
  | 'idempotency_mismatch'
  | 'rate_limited'
  | 'too_many_connections'
  | 'request_timeout'
  | 'headers_too_large'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'unavailable'
  | 'internal_error';

/** One thing wrong with one field: `path` is dotted (`participants.0.owner_id`), `message` is for people. */
export interface FieldError {
  path: string;
  message: string;
}

/** A refusal that services throw; what it looks like on the wire is decided in `http/`. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string,
    readonly fields: FieldError[] = [],
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }

  /** Bad input in one field. */
  static invalid(path: string, message: string): DomainError {
    return new DomainError('invalid_request', `${path} ${message}`, [{ path, message }]);
  }
}
