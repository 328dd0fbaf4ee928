import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server as Engine, type ServerOptions } from 'engine.io';
import { WebSocketServer, type ServerOptions as WebSocketOptions } from 'ws';
import type { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import type { ClientAddresses } from '../gate/client-address.js';
import { refuseFor } from '../gate/connections.js';
import { HeldCounts } from '../gate/held-counts.js';
import { interceptRequests, takeWebSockets } from '../gate/http-server.js';
import { sharedListener } from '../gate/shared-listener.js';
import { Turns } from '../gate/turns.js';
import { refuseRaw, refuseRequest } from '../http/raw-answer.js';
import { inOneWrite } from '../ops/one-write.js';
import { keepAlive, type Connection } from './connection.js';

export const SOCKET_PATH = '/socket.io';
/** Engine.IO's, which Socket.IO 3 and 4 speak. */
const PROTOCOL = '4';

/** The last is a browser's question before the others. */
const METHODS = ['GET', 'POST', 'OPTIONS'];

/** Connections let in at each turn of the event loop. */
const EACH_TURN = 20;

const ignore = (): void => undefined;

/** The one holder of all connections. */
const ALL = '';

/** Parts that one message may come in, and pieces of the network's that may wait for the rest of one. */
const MESSAGE_PARTS = { maxFragments: 1_024, maxBufferedChunks: 2_048 };

type EntranceSettings = Pick<Settings, 'maxConnections' | 'maxConnectionsPerAddress' | 'closeLimit'>;

/** The way to Engine.IO: requests go there at a pace, and none over a limit. */
export class Entrance {
  readonly engine: Engine;
  private readonly turns = new Turns(EACH_TURN);
  private readonly inAll: HeldCounts;
  private readonly perAddress: HeldCounts;
  /** By request, the address of a connection that is counted and has yet to come about. */
  private readonly entering = new WeakMap<object, string>();

  private readonly counted = new Map<Connection, string>();
  private readonly onClosed = sharedListener((connection: Connection) => {
    this.release(this.counted.get(connection) ?? '');
    this.counted.delete(connection);
  });

  constructor(
    private readonly settings: EntranceSettings,
    private readonly clients: ClientAddresses,
    options: ServerOptions,
  ) {
    this.inAll = new HeldCounts(settings.maxConnections);
    this.perAddress = new HeldCounts(settings.maxConnectionsPerAddress);
    this.engine = new Engine({ ...options, wsEngine: limitedWebSockets(settings.closeLimit) });
  }

  /** @param onConnection hears of each connection that came in */
  attach(server: HttpServer, onConnection: (connection: Connection) => void): void {
    this.engine.on('connection', (connection: Connection) => {
      keepAlive(connection, this.settings.closeLimit);
      this.keepCounted(connection);
      onConnection(connection);
    });
    takeWebSockets(server, `${SOCKET_PATH}/`, (request, socket, head) => {
      const letIn = (): void => this.engine.handleUpgrade(request, socket, head);
      this.enter(request, letIn, (refusal) => refuseRaw(socket, refusal));
    });
    interceptRequests(server, (request, response, pass) => {
      if (!request.url?.startsWith(`${SOCKET_PATH}/`)) return pass();
      const letIn = (): void => this.engine.handleRequest(request, response);
      this.enter(request, letIn, (refusal) => refuseRequest(response, refusal));
    });
  }

  private enter(request: IncomingMessage, letIn: () => void, refuse: (refusal: DomainError) => void): void {
    if (!METHODS.includes(request.method ?? '')) return refuse(otherMethod());
    const { EIO, sid } = queryOf(request);
    // Of a connection that there is, or as if there were.
    if (sid) return letIn();
    if (EIO !== PROTOCOL) return refuse(otherProtocol());
    // Nobody else listens while it waits, and unheard, the error of a client that is gone would end the process.
    request.socket.on('error', ignore);
    this.turns.run(() => {
      request.socket.off('error', ignore);
      if (request.socket.destroyed) return;
      const refusal = this.count(request);
      if (refusal) return refuse(refusal);
      letIn();
      // What Engine.IO has refused by itself has become no connection by then.
      setImmediate(() => this.forget(request));
    });
  }

  /** Counts a connection that is about to come, or tells why it may not. */
  private count(request: IncomingMessage): DomainError | undefined {
    const address = this.clients.keyOf(request);
    if (!this.inAll.take(ALL)) return refuseFor('replica');
    if (!this.perAddress.take(address)) {
      this.inAll.release(ALL);
      return refuseFor('address');
    }
    this.entering.set(request, address);
    return undefined;
  }

  /** Has a connection counted until it ends. */
  private keepCounted(connection: Connection): void {
    const address = this.entering.get(connection.request);
    if (address === undefined) return;
    this.entering.delete(connection.request);
    this.counted.set(connection, address);
    connection.on('close', this.onClosed);
  }

  private forget(request: IncomingMessage): void {
    const address = this.entering.get(request);
    if (address === undefined) return;
    this.entering.delete(request);
    this.release(address);
  }

  private release(address: string): void {
    this.inAll.release(ALL);
    this.perAddress.release(address);
  }
}

const otherMethod = (): DomainError =>
  new DomainError('route_not_found', 'There is no such path for this method.');

const otherProtocol = (): DomainError =>
  new DomainError('invalid_request', 'Connect with a client of Socket.IO 3 or 4 (EIO=4).');

/** As Engine.IO reads it, the last of several values. */
const queryOf = ({ url = '' }: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(new URL(url, 'http://talk').searchParams);

/** A WebSocket server that answers no ping by itself, and does not wait long for the end of a close. */
const limitedWebSockets = (closeTimeout: number): unknown =>
  class extends WebSocketServer {
    constructor(options: WebSocketOptions) {
      super({ ...options, ...MESSAGE_PARTS, closeTimeout, autoPong: false } as WebSocketOptions);
      // The first packet goes out together with the answer to the handshake.
      this.on('headers', (_headers, { socket }) => inOneWrite(socket));
    }
  };
