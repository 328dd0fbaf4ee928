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

/** Calls that may wait behind the one in work of their connection. */
const CALLS_AHEAD = 16;

/** How many connections there may be, of all and of one address, and how many calls may wait on each. */
@Injectable()
export class Connections {
  private readonly seen = new WeakSet<Socket>();
  private readonly perAddress: HeldCounts;
  /** Of connections that have a call in work, those that wait behind it. */
  private readonly ahead = new WeakMap<Socket, (() => void)[]>();
  private readonly overrun = new WeakSet<Socket>();
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
    interceptRequests(server, (request, response, pass) => this.queue(request, response, pass));
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

  /**
   * Passes on the calls of a connection one after the other, so that it never has more than one answer in
   * work. The first too many is refused, and its connection ends behind that.
   */
  private queue(request: IncomingMessage, response: ServerResponse, pass: () => void): void {
    const { socket } = request;
    if (socket.writableEnded) return;
    const run = (): void => {
      response.once('close', () => this.runNext(socket));
      pass();
    };
    const ahead = this.ahead.get(socket);
    if (!ahead) {
      this.ahead.set(socket, []);
      run();
    } else if (ahead.length < CALLS_AHEAD) {
      ahead.push(run);
    } else if (!this.overrun.has(socket)) {
      this.overrun.add(socket);
      refuseRequest(response, tooManyAhead());
    }
  }

  private runNext(socket: Socket): void {
    const next = socket.destroyed ? undefined : this.ahead.get(socket)?.shift();
    if (next) next();
    else this.ahead.delete(socket);
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
