import { TalkError } from './talk-error.js';

/** A JWT or an access key, or a function that fetches one. */
export type TokenSource = string | (() => string | Promise<string>);

/** Milliseconds before a token's end at which a newer one is fetched. */
const MARGIN = 60_000;

/** Keeps the token of all calls, and fetches a newer one where the source can. */
export class Tokens {
  private held: string | undefined;
  private dueAt = Infinity;
  private fetching: Promise<string> | undefined;

  constructor(private readonly source: TokenSource) {}

  /** When a newer token should be fetched, in milliseconds since 1970; `Infinity` where none can be. */
  get renewAt(): number {
    return this.dueAt;
  }

  /** @throws TalkError `token_unavailable` where the source fails */
  async current(): Promise<string> {
    return this.held === undefined || Date.now() >= this.dueAt ? this.fetch() : this.held;
  }

  /** A token other than the one that was refused, `undefined` if there is none. */
  async renew(refused: string): Promise<string | undefined> {
    if (this.held !== undefined && this.held !== refused) return this.held;
    if (typeof this.source === 'string') return undefined;
    const token = await this.fetch();
    return token === refused ? undefined : token;
  }

  /** Whoever asks meanwhile gets the same. */
  private fetch(): Promise<string> {
    this.fetching ??= this.ask().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async ask(): Promise<string> {
    if (typeof this.source === 'string') return (this.held = this.source);
    try {
      this.held = await this.source();
    } catch (cause) {
      throw new TalkError('token_unavailable', 'The token could not be fetched.', { cause });
    }
    this.dueAt = dueTime(endOf(this.held), Date.now());
    return this.held;
  }
}

/** A minute before the end, of a short life its last fifth; where the clocks disagree, only a refusal tells. */
function dueTime(end: number | undefined, now: number): number {
  if (end === undefined || end <= now) return Infinity;
  return Math.max(end - MARGIN, now + (end - now) * 0.8);
}

/** When a JWT ends, in milliseconds since 1970; nothing is verified. An access key tells nothing. */
function endOf(token: string): number | undefined {
  try {
    const claims = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
