import { DomainError, type ErrorCode, type FieldError } from '../errors/domain-error.js';

/** RFC 9457 problem details: the one form of every refusal, over REST and in socket acks. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
  errors?: FieldError[];
}

const PROBLEMS: Record<ErrorCode, { status: number; title: string }> = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Nobody valid is calling' },
  invalid_credentials: { status: 401, title: 'Wrong username or password' },
  not_participant: { status: 403, title: 'Not a participant of the talk' },
  not_author: { status: 403, title: 'Not the author of the message' },
  not_creator: { status: 403, title: 'Neither creator of the talk nor admin' },
  not_admin: { status: 403, title: 'Not an admin' },
  access_key_not_allowed: { status: 403, title: 'Not with an access key' },
  route_not_found: { status: 404, title: 'No such path' },
  talk_not_found: { status: 404, title: 'No such talk' },
  message_not_found: { status: 404, title: 'No such message' },
  participant_not_found: { status: 404, title: 'No such participant' },
  agent_not_found: { status: 404, title: 'No such agent' },
  access_key_not_found: { status: 404, title: 'No such access key' },
  participant_exists: { status: 409, title: 'Already a participant' },
  username_taken: { status: 409, title: 'The username is taken' },
  agent_exists: { status: 409, title: 'The agent exists' },
  talk_full: { status: 409, title: 'The talk is full' },
  talk_closed: { status: 409, title: 'The talk is closed' },
  message_deleted: { status: 409, title: 'The message is deleted' },
  reaction_limit: { status: 409, title: 'Too many reactions' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used for another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Try again in a moment' },
};

/** Any thrown thing as a refusal; what is not a `DomainError` tells nothing of its cause. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  return new DomainError('internal_error', 'The request failed. The log names the cause.', [], {
    cause: error,
  });
}

export function toProblem(error: DomainError, requestId: string): Problem {
  const { code, message, fields } = error;
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:talk:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    request_id: requestId,
    ...(fields.length > 0 && { errors: fields }),
  };
}
