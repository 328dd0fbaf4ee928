import { DomainError, type ErrorCode } from '../errors/domain-error.js';
import { EXAMPLE_ID } from '../http/fields.js';
import { statusOf, titleOf, toProblem, type Problem } from '../http/problem.js';
import { headersOf } from './headers.js';
import { schemaRef } from './schemas.js';

/** Whom a route lets in, and whether it only reads. */
interface RouteKind {
  isPublic: boolean;
  isReading: boolean;
}

/** What every route of a kind may meet before it is reached. */
const sharedRefusals = ({ isPublic, isReading }: RouteKind): ErrorCode[] => [
  'invalid_request',
  ...(isPublic ? [] : (['unauthenticated'] as const)),
  ...(isReading ? [] : (['payload_too_large', 'unsupported_media_type', 'rate_limited'] as const)),
  'unavailable',
];

/** The responses of a route's refusals, by status: its own and those that its kind shares. */
export function refusalResponses(own: ErrorCode[], kind: RouteKind): Record<string, object> {
  const codes = [...own, ...sharedRefusals(kind)];
  const statuses = [...new Set(codes.map(statusOf))];
  return Object.fromEntries(
    statuses.map((status) => {
      const same = codes.filter((code) => statusOf(code) === status);
      return [status, refusalResponse(status, same)];
    }),
  );
}

const refusalResponse = (status: number, codes: ErrorCode[]): object => ({
  description: codes.map((code) => `${titleOf(code)}.`).join(' '),
  headers: headersOf(status),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          schemaRef('Problem'),
          { type: 'object', properties: { status: { const: status }, code: { enum: codes } } },
        ],
      },
      examples: Object.fromEntries(
        codes.map((code) => [code, { summary: titleOf(code), value: problemExample(code) }]),
      ),
    },
  },
});

function problemExample(code: ErrorCode): Problem {
  const refusal =
    code === 'invalid_request'
      ? DomainError.invalid('participants.0.owner_id', 'must be a UUID')
      : new DomainError(code, `${titleOf(code)}.`);
  return toProblem(refusal, EXAMPLE_ID);
}
