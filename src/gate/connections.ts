import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { ClientAddresses } from './client-address.js';
import { HeldCounts } from './held-counts.js';
import { interceptRequests } from './http-server.js';
import { evictions } from '../ops/metrics.js';
import { refuseRaw, refuseRequest } from '../http/raw-answer.js';

/** Calls that one connection may have sent ahead of their answers. */
const CALLS_AHEAD = 16;

/** How many connections there may be, of all and of one address, and how many calls may wait on each. */
@Injectable()
export class Connections {
  private readonly seen = new WeakSet<Socket>();
  private readonly perAddress: HeldCounts;
  private readonly callsAhead = new WeakMap<Socket, number>();
  private count = 0;

  constructor(
    @Inject(Settings)
    private readonly settings: Pick<Settings, 'maxConnections' | 'maxConnectionsPerAddress'>,
    private readonly clients: ClientAddresses,
  ) {
    this.perAddress = new HeldCounts(settings.maxConnectionsPerAddress);
  }

  /** Keeps from the server what is over a limit. */
  guard(server: Server): void {
    server.on('connection', (socket) => this.take(socket));
    interceptRequests(server, (request, response) => !this.admits(request, response));
  }

  private take(socket: Socket): void {
    // A connection whose request asked for an upgrade comes a second time.
    if (this.seen.has(socket)) return;
    this.seen.add(socket);
    const { maxConnections } = this.settings;
    if (maxConnections > 0 && this.count >= maxConnections) return refuseRaw(socket, refuseFor('replica'));
    const address = this.clients.keyOfPeer(socket.remoteAddress);
    if (address !== undefined && !this.perAddress.take(address))
      return refuseRaw(socket, refuseFor('address'));
    this.count += 1;
    socket.once('close', () => {
      this.count -= 1;
      if (address !== undefined) this.perAddress.release(address);
    });
  }

  /** Answers the first call too many of a connection, which is closed after that; takes none of the later ones. */
  private admits(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    if (socket.writableEnded) return false;
    const ahead = (this.callsAhead.get(socket) ?? 0) + 1;
    this.callsAhead.set(socket, ahead);
    if (ahead === CALLS_AHEAD + 1) refuseRequest(response, tooManyAhead());
    if (ahead > CALLS_AHEAD) return false;
    response.once('close', () => this.release(socket));
    return true;
  }

  private release(socket: Socket): void {
    const ahead = this.callsAhead.get(socket) ?? 0;
    if (ahead <= CALLS_AHEAD) this.callsAhead.set(socket, ahead - 1);
  }
}

const FULL = {
  replica: ['unavailable', 'This replica has as many connections as it takes. Try again.'],
  address: ['too_many_connections', 'This address has as many connections as it may.'],
  agent: ['too_many_connections', 'This agent has as many sockets as it may.'],
} as const;

/** The refusal of one connection or socket too many, which is counted. */
export function refuseFor(holder: keyof typeof FULL): DomainError {
  evictions[`${holder}_full`].add();
  const [code, detail] = FULL[holder];
  return new DomainError(code, detail);
}

const tooManyAhead = (): DomainError =>
  new DomainError('rate_limited', `At most ${CALLS_AHEAD} calls may wait on one connection.`);
