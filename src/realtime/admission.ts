import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { SocketAuthenticator } from './ports.js';
import { Revocations } from './revocations.js';
import type { AgentSocket } from './sockets.js';

/** Decides whose a socket is, and whether it still may be. */
@Injectable()
export class Admission {
  constructor(
    private readonly authenticator: SocketAuthenticator,
    private readonly revocations: Revocations,
  ) {}

  /** @throws DomainError `unauthenticated` */
  async admit(socket: AgentSocket): Promise<void> {
    const heardBefore = this.revocations.heard;
    socket.data.owner = await this.authenticator.authenticate(presentedToken(socket));
    socket.data.heardBefore = heardBefore;
  }

  /** A revocation that was heard while the socket was let in did not find it yet, so it is asked again. */
  async confirm(socket: AgentSocket): Promise<void> {
    if (this.revocations.heard === socket.data.heardBefore) return;
    await this.admit(socket).catch(() => socket.conn.close());
  }

  /**
   * Takes another token in place of the one that the socket came with.
   * @throws DomainError `unauthenticated`, also where the token is another agent's
   */
  async refresh(socket: AgentSocket, payload: unknown): Promise<void> {
    const token = (payload as { token?: unknown } | null | undefined)?.token;
    if (typeof token !== 'string') throw DomainError.invalid('token', 'must be a string');
    const owner = await this.authenticator.authenticate(token);
    if (owner.agentId !== socket.data.owner.agentId) {
      throw new DomainError('unauthenticated', "The token is another agent's.");
    }
    socket.data.owner = owner;
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
