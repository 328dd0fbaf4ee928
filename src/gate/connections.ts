import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { ClientAddresses } from './client-address.js';
import { OpenRequests } from '../ops/open-requests.js';
import { Turns } from './turns.js';
import { HeldCounts } from './held-counts.js';
import { interceptRequests } from './http-server.js';
import { evictions } from '../ops/metrics.js';
import { refuseRaw, refuseRequest } from '../http/raw-answer.js';

/** Calls that may wait behind the one in work of their connection. */
const CALLS_AHEAD = 16;

/** Calls sent ahead that begin in each turn of the event loop. */
const AHEAD_EACH_TURN = 10;

interface WaitingCall {
  response: ServerResponse;
  pass: () => void;
}

/** How many connections there may be, of all and of one address, and how many calls may wait on each. */
@Injectable()
export class Connections {
  private readonly seen = new WeakSet<Socket>();
  private readonly perAddress: HeldCounts;
  /** Of connections that have a call in work, those that wait behind it. */
  private readonly ahead = new WeakMap<Socket, WaitingCall[]>();
  private readonly turns = new Turns(AHEAD_EACH_TURN);
  private count = 0;

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
    server.on('connection', (socket) => this.take(socket));
    interceptRequests(server, ({ socket }, response, pass) => this.queue(socket, response, pass));
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
   * work. The first too many is refused in its turn, and its connection ends behind that.
   */
  private queue(socket: Socket, response: ServerResponse, pass: () => void): void {
    if (socket.writableEnded) return this.openRequests.drop(response);
    const ahead = this.ahead.get(socket);
    if (!ahead) {
      this.ahead.set(socket, []);
      this.run(socket, { response, pass });
    } else {
      const isTooMany = ahead.length === CALLS_AHEAD;
      ahead.push({ response, pass: isTooMany ? () => refuseRequest(response, tooManyAhead()) : pass });
      if (isTooMany) takeNoMore(socket);
    }
  }

  private run(socket: Socket, { response, pass }: WaitingCall): void {
    response.once('close', () => this.end(socket));
    pass();
  }

  private end(socket: Socket): void {
    if (this.ahead.get(socket)?.length === 0) this.ahead.delete(socket);
    else this.turns.run(() => this.runNext(socket));
  }

  private runNext(socket: Socket): void {
    const ahead = this.ahead.get(socket) ?? [];
    const next = socket.destroyed ? undefined : ahead.shift();
    if (next) return this.run(socket, next);
    for (const { response } of ahead) this.openRequests.drop(response);
    this.ahead.delete(socket);
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
  evictions[`${holder}_full`].add();
  const [code, detail] = FULL[holder];
  return new DomainError(code, detail);
}

const tooManyAhead = (): DomainError =>
  new DomainError('rate_limited', `At most ${CALLS_AHEAD} calls may wait on one connection.`);
