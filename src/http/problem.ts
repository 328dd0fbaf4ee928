import { DomainError, type ErrorCode, type FieldError } from '../errors/domain-error.js';
import { CountField, ListField, TextField, WordField } from './fields.js';

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
  request_timeout: { status: 408, title: 'The request took too long to come in' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not JSON' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used for another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  too_many_connections: { status: 429, title: 'Too many connections' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Try again in a moment' },
};

/** Seconds after which a refused client may try again, where its refusal says nothing more exact. */
export const RETRY_AFTER: Readonly<Record<number, number>> = { 429: 1, 503: 1 };

class FieldProblem implements FieldError {
  @TextField({ description: 'Dotted.', example: 'participants.0.owner_id' })
  path: string;

  @TextField({ description: 'For people.', example: 'must be a UUID' })
  message: string;
}

/** RFC 9457 problem details: the one form of every refusal, over REST and in socket acks. */
export class Problem {
  @TextField({ example: 'urn:talk:problem:talk_not_found' })
  type: string;

  @TextField({ example: 'No such talk' })
  title: string;

  @CountField({ example: 404 })
  status: number;

  @TextField({ description: 'For people.', example: 'There is no such talk.' })
  detail: string;

  @WordField(Object.keys(PROBLEMS), { description: 'For programs.', example: 'talk_not_found' })
  code: ErrorCode;

  @TextField({ description: "As in `X-Request-Id`, and in Talk's log." })
  request_id: string;

  @ListField(() => FieldProblem, { required: false, description: 'What is wrong with which field.' })
  errors?: FieldError[];
}

export const statusOf = (code: ErrorCode): number => PROBLEMS[code].status;

export const titleOf = (code: ErrorCode): string => PROBLEMS[code].title;

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
