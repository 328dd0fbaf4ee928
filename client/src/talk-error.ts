import type { ErrorCode } from '../../src/errors/domain-error.js';
import type { Problem } from './types.js';

/** The server's codes, and those of what never came to an answer of the server. */
export type TalkErrorCode =
  ErrorCode | 'network_error' | 'timeout' | 'bad_answer' | 'closed' | 'token_unavailable';

/** A call that was refused, or whose outcome is not known. */
export class TalkError extends Error {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly code: TalkErrorCode;
  /** What the server said; none where it was not Talk that answered. */
  readonly problem: Problem | undefined;
  /** Milliseconds after which the server asks for another try. */
  readonly retryAfter: number | undefined;

  constructor(
    code: TalkErrorCode,
    message: string,
    { status = 0, problem, retryAfter, cause }: Partial<Omit<TalkError, 'code' | 'message'>> = {},
  ) {
    super(message, { cause });
    this.name = 'TalkError';
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  static of(problem: Problem, retryAfter?: number): TalkError {
    return new TalkError(problem.code, problem.detail, { status: problem.status, problem, retryAfter });
  }

  /** True where the same call may well succeed later: nothing was refused for good. */
  get isTransient(): boolean {
    return (
      (this.status === 0 && this.code !== 'closed') || [408, 429].includes(this.status) || this.status >= 500
    );
  }
}

export const closedError = (): TalkError => new TalkError('closed', 'The client was closed.');

export const isTransient = (error: unknown): boolean => error instanceof TalkError && error.isTransient;

/** True where whoever asks is not let in at all. */
export const isUnauthorized = (error: unknown): error is TalkError =>
  error instanceof TalkError && error.status === 401;
