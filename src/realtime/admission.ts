import { Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Settings } from '../config/settings.js';
import { Authenticator, TOKEN_LENGTH } from '../auth/authenticator.js';
import { Revocations } from '../auth/revocations.js';
import { DomainError } from '../errors/domain-error.js';
import { refuseFor } from '../gate/connections.js';
import { HeldCounts } from '../gate/held-counts.js';
import { sharedListener } from '../gate/shared-listener.js';
import { evict, type Connection } from './connection.js';
import { Lifecycle } from '../ops/lifecycle.js';
import { notServingYet } from '../ops/not-serving.js';
import type { AgentSocket, SocketIdentity } from './sockets.js';

/** Tokens checked at once: however many come, others' requests get their turns in between. */
const CHECKS_AT_ONCE = 50;

/** Decides whose a socket is, and whether it still may be. */
@Injectable()
export class Admission {
  private readonly limitChecks = pLimit(CHECKS_AT_ONCE);
  private readonly perAgent: HeldCounts;
  /** Whose each named connection is. */
  private readonly agents = new Map<Connection, string>();
  private readonly onClosed = sharedListener((connection: Connection) => {
    this.perAgent.release(this.agents.get(connection) ?? '');
    this.agents.delete(connection);
  });
  /** Connections whose agents have shown a token that was far too long. */
  private readonly struck = new WeakSet<Connection>();

  constructor(
    @Inject(Settings) { maxSocketsPerAgent }: Settings,
    private readonly authenticator: Authenticator,
    private readonly revocations: Revocations,
    private readonly lifecycle: Lifecycle,
  ) {
    this.perAgent = new HeldCounts(maxSocketsPerAgent);
  }

  /**
   * @throws DomainError `unauthenticated`, `too_many_connections`, or `unavailable` while this replica
   * does not serve
   */
  async admit(socket: AgentSocket): Promise<void> {
    if (!this.lifecycle.isServing) throw notServingYet();
    const identity = await this.identify(presentedToken(socket));
    this.count(socket.conn, identity.principal.agentId);
    socket.data = identity;
  }

  /** A connection has one socket, so the one goes with the other. */
  private count(connection: Connection, agentId: string): void {
    if (connection.readyState !== 'open') return;
    if (!this.perAgent.take(agentId)) throw refuseFor('agent');
    this.agents.set(connection, agentId);
    connection.on('close', this.onClosed);
  }

  /**
   * A revocation that was heard while a token was looked up did not find its socket yet, so the token
   * is looked up again; where it is not taken any more, the connection ends. Unless another token has
   * come in its place meanwhile.
   */
  async confirm(socket: AgentSocket): Promise<void> {
    const known = socket.data;
    if (this.revocations.heard === known.heardBefore) return;
    const identity = await this.identify(known.token).catch(() => undefined);
    if (socket.data !== known) return;
    if (identity) socket.data = identity;
    else evict(socket.conn, 'revoked');
  }

  /**
   * Takes another token in place of the one that the socket came with.
   * @throws DomainError `unauthenticated`, also where the token is another agent's
   */
  async refresh(socket: AgentSocket, token: string): Promise<void> {
    if (token.length > TOKEN_LENGTH) this.strike(socket.conn);
    const identity = await this.identify(token);
    if (identity.principal.agentId !== socket.data.principal.agentId) {
      throw new DomainError('unauthenticated', "The token is another agent's.");
    }
    socket.data = identity;
    await this.confirm(socket);
  }

  /** Ends a connection that is at it for the second time, once it was told. */
  private strike(connection: Connection): void {
    if (this.struck.has(connection)) setImmediate(() => evict(connection, 'refused'));
    this.struck.add(connection);
  }

  private identify(token: string | undefined): Promise<SocketIdentity> {
    return this.limitChecks(async () => {
      const heardBefore = this.revocations.heard;
      return { principal: await this.authenticator.authenticate(token), token, heardBefore };
    });
  }
}

/** From `auth.token`, `?token=`, `?accesskey=` or the header, in this order. */
function presentedToken({ handshake }: AgentSocket): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(handshake.headers.authorization ?? '')?.[1];
  const candidates: unknown[] = [
    handshake.auth.token,
    handshake.query.token,
    handshake.query.accesskey,
    bearer,
  ];
  return candidates.find((candidate): candidate is string => typeof candidate === 'string');
}
