import type { Principal } from '../auth/principal.js';
import type { DomainError } from '../errors/domain-error.js';
import type { StreamPosition } from '../events/event-log.js';
import type { StreamKey } from '../events/stream.js';

/** What an agent may follow, all read at one moment. */
export interface AccessSnapshot {
  epoch: string;
  /** The agent's own stream, at its head. */
  own: StreamPosition;
  /** Every stream it may follow, at its head. */
  followable: StreamPosition[];
}

/** Tells which streams an agent may follow; the application binds it to its membership rules. */
export abstract class StreamAccess {
  abstract snapshot(caller: Principal): Promise<AccessSnapshot>;

  /** Why an agent may not follow a stream that its snapshot lacks. */
  abstract refusal(caller: Principal, stream: StreamKey): Promise<DomainError>;
}
