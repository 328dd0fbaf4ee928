import { isUnauthorized, TalkError } from './talk-error.js';
import type { Tokens } from './tokens.js';
import type { Problem } from './types.js';

type Query = Record<string, string | number | undefined>;

export interface RestOptions {
  /** The address of the next call. */
  url: () => string;
  /** Milliseconds in which a call has to be answered. */
  timeout: number;
}

export interface Call {
  query?: object;
  body?: object;
  headers?: Record<string, string>;
}

/** Calls Talk's REST API with the client's token; one that was refused is renewed, once a call. */
export class Rest {
  constructor(
    private readonly options: RestOptions,
    private readonly tokens: Tokens,
  ) {}

  /** @throws TalkError */
  async call<Answer>(method: string, path: string, call: Call = {}): Promise<Answer> {
    const token = await this.tokens.current();
    try {
      return await request(this.options, method, path, call, token);
    } catch (error) {
      const renewed = isUnauthorized(error) ? await this.tokens.renew(token) : undefined;
      if (renewed === undefined) throw error;
      return request(this.options, method, path, call, renewed);
    }
  }
}

/**
 * One call over HTTP.
 * @throws TalkError
 */
export async function request<Answer>(
  { url, timeout }: RestOptions,
  method: string,
  path: string,
  { query = {}, body, headers }: Call,
  token?: string,
): Promise<Answer> {
  const address = `${url().replace(/\/+$/, '')}/v1.0${path}${queryOf(query as Query)}`;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeout);
  try {
    const answer = await fetch(address, {
      method,
      signal: limit.signal,
      headers: {
        ...headers,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return await read<Answer>(answer);
  } catch (cause) {
    if (cause instanceof TalkError) throw cause;
    if (limit.signal.aborted) throw new TalkError('timeout', `No answer within ${timeout} ms.`, { cause });
    throw new TalkError('network_error', 'Talk could not be reached.', { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function read<Answer>(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const body = parse(text);
  if (answer.ok && body !== undefined) return body as Answer;
  const retryAfter = secondsOf(answer.headers.get('retry-after'));
  const problem = body as Partial<Problem> | undefined;
  if (!answer.ok && problem?.code) throw TalkError.of(problem as Problem, retryAfter);
  // A proxy's answer: whether Talk had the call is not known.
  throw new TalkError('bad_answer', `The answer ${answer.status} is not Talk's.`, {
    status: answer.ok ? 0 : answer.status,
    retryAfter,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const secondsOf = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;

function queryOf(query: Query): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) pairs.set(name, String(value));
  return pairs.toString() && `?${pairs.toString()}`;
}
