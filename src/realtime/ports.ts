import type { DomainError } from '../errors/domain-error.js';
import type { StreamPosition } from '../events/event-log.js';
import type { StreamKey } from '../events/stream.js';

/** Whoever a socket belongs to. */
export interface SocketOwner {
  agentId: string;
  customerId: string;
  role: 'agent' | 'admin';
  /** Where it came with an access key. */
  accessKeyId?: string;
  /** When its token ends by itself, in milliseconds since 1970. */
  expiresAt?: number;
}

/** Characters that a token may have; those of a sound one are one byte each. */
export const TOKEN_LENGTH = 8 * 1024;

/** Tells who presents a token; the application binds it to its own way of knowing. */
export abstract class SocketAuthenticator {
  /** @throws DomainError `unauthenticated` */
  abstract authenticate(token: string | undefined): Promise<SocketOwner>;
}

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
  abstract snapshot(owner: SocketOwner): Promise<AccessSnapshot>;

  /** Why an agent may not follow a stream that its snapshot lacks. */
  abstract refusal(owner: SocketOwner, stream: StreamKey): Promise<DomainError>;
}
