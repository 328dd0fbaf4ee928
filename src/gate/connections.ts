import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { ClientAddresses } from './client-address.js';
import { OpenRequests } from '../ops/open-requests.js';
import { sharedListener } from './shared-listener.js';
import { Turns } from './turns.js';
import { HeldCounts } from './held-counts.js';
import { interceptRequests } from './http-server.js';
import { evictions, type EvictionReason } from '../ops/metrics.js';
import { refuseRaw, refuseRequest } from '../http/raw-answer.js';

/** Calls that one connection may have in work: the others were sent ahead of the answer to the first. */
const CALLS_IN_WORK = 16;

/** Calls sent ahead that begin in each turn of the event loop. */
const AHEAD_EACH_TURN = 10;

/** How many connections there may be, of all and of one address, and how many calls may wait on each. */
@Injectable()
export class Connections {
  private readonly perAddress: HeldCounts;
  private readonly inWork = new WeakMap<Socket, Set<ServerResponse>>();
  private readonly onAnswered = sharedListener((response: ServerResponse) =>
    this.end(response.req.socket, response),
  );
  private readonly onClosed = sharedListener((socket: Socket) => this.forget(socket));
  private readonly turns = new Turns(AHEAD_EACH_TURN);
  /** With the address that each counts for, if it does for one. */
  private readonly open = new Map<Socket, string | undefined>();
  /** Bytes that had come in when the last call of a connection was done. */
  private readonly idleSince = new WeakMap<Socket, number>();

  constructor(
    @Inject(Settings)
    private readonly settings: Pick<Settings, 'maxConnections' | 'maxConnectionsPerAddress'>,
    private readonly clients: ClientAddresses,
    private readonly openRequests: OpenRequests,
  ) {
    this.perAddress = new HeldCounts(settings.maxConnectionsPerAddress);
  }

  /** Keeps from the server what is over a limit. */
  guard(server: Server): void {
    server.on('connection', (socket) => this.count(socket));
    // Node takes a connection for idle as soon as its answer is complete, though nobody has read it yet.
    server.closeIdleConnections = () => this.closeIdle();
    interceptRequests(server, ({ socket }, response, pass) => this.take(socket, response, pass));
  }

  private count(socket: Socket): void {
    // A connection whose request asked for an upgrade comes a second time.
    if (this.open.has(socket)) return;
    const { maxConnections } = this.settings;
    if (maxConnections > 0 && this.open.size >= maxConnections)
      return refuseRaw(socket, refuseFor('replica'));
    const address = this.clients.keyOfPeer(socket.remoteAddress);
    if (address !== undefined && !this.perAddress.take(address))
      return refuseRaw(socket, refuseFor('address'));
    this.open.set(socket, address);
    socket.on('close', this.onClosed);
  }

  private forget(socket: Socket): void {
    const address = this.open.get(socket);
    this.open.delete(socket);
    if (address !== undefined) this.perAddress.release(address);
  }

  /**
   * Passes on what a connection may have in work. What it sends ahead begins a few calls in each turn of the
   * event loop; the first call too many is refused, and the connection ends behind that.
   */
  private take(socket: Socket, response: ServerResponse, pass: () => void): void {
    if (socket.writableEnded) return this.openRequests.drop(response);
    const inWork = this.inWork.get(socket) ?? new Set();
    this.inWork.set(socket, inWork.add(response));
    response.on('close', this.onAnswered);
    if (inWork.size === 1) pass();
    else if (inWork.size <= CALLS_IN_WORK) this.turns.run(() => socket.destroyed || pass());
    else {
      takeNoMore(socket);
      refuseRequest(response, tooManyCalls());
    }
  }

  /** Closes what waits for a next call of which nothing has come yet. */
  private closeIdle(): void {
    for (const socket of this.open.keys()) {
      if (this.idleSince.get(socket) === socket.bytesRead && !this.inWork.get(socket)?.size) socket.destroy();
    }
  }

  private end(socket: Socket, response: ServerResponse): void {
    const inWork = this.inWork.get(socket);
    inWork?.delete(response);
    // Node tells nothing of the answers that still wait for others when their connection ends.
    if (socket.destroyed) for (const waiting of inWork ?? []) this.openRequests.drop(waiting);
    if (socket.destroyed) this.inWork.delete(socket);
    else if (inWork?.size === 0) this.idleSince.set(socket, socket.bytesRead);
  }
}

/** Node's parser of a connection, which calls this for each request that it has read the head of. */
interface Parsed {
  parser?: { onIncoming: unknown } | null;
}

/** As Node asks: the rest of the request is to be read as usual. */
const ignoreRequest = (): number => 0;

/**
 * Has nothing become of further requests: those in what was read already would otherwise be kept, each with
 * some kilobytes, until the connection ends.
 */
function takeNoMore(socket: Socket): void {
  const { parser } = socket as Parsed;
  if (parser) parser.onIncoming = ignoreRequest;
  socket.pause();
}

const FULL = {
  replica: ['unavailable', 'This replica has as many connections as it takes. Try again.'],
  address: ['too_many_connections', 'This address has as many connections as it may.'],
  agent: ['too_many_connections', 'This agent has as many sockets as it may.'],
} as const;

/** The refusal of one connection or socket too many, which is counted. */
export function refuseFor(holder: keyof typeof FULL): DomainError {
  evictions.inc({ reason: `${holder}_full` satisfies EvictionReason });
  const [code, detail] = FULL[holder];
  return new DomainError(code, detail);
}

const tooManyCalls = (): DomainError =>
  new DomainError('rate_limited', `A connection may have ${CALLS_IN_WORK} calls in work.`);
