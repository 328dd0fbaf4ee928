import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server as Engine, type ServerOptions } from 'engine.io';
import { WebSocketServer, type ServerOptions as WebSocketOptions } from 'ws';
import type { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import type { ClientAddresses } from '../gate/client-address.js';
import { refuseFor } from '../gate/connections.js';
import { HeldCounts } from '../gate/held-counts.js';
import { interceptRequests, takeWebSockets } from '../gate/http-server.js';
import { refuseRaw, refuseRequest } from '../http/raw-answer.js';
import { inOneWrite } from '../ops/one-write.js';
import { evict, keepAlive, type Connection } from './connection.js';
import { Pace } from './pace.js';

export const SOCKET_PATH = '/socket.io';
/** Engine.IO's, which Socket.IO 3 and 4 speak. */
const PROTOCOL = '4';

/** The last is a browser's question before the others. */
const METHODS = ['GET', 'POST', 'OPTIONS'];

/** Parts that one message may come in, and pieces of the network's that may wait for the rest of one. */
const MESSAGE_PARTS = { maxFragments: 1_024, maxBufferedChunks: 2_048 };

type EntranceSettings = Pick<Settings, 'maxConnections' | 'maxConnectionsPerAddress' | 'closeLimit'>;

/** The way to Engine.IO: requests go there at a pace, and none over a limit. */
export class Entrance {
  readonly engine: Engine;
  private readonly pace = new Pace();
  private readonly perAddress: HeldCounts;

  constructor(
    private readonly settings: EntranceSettings,
    private readonly clients: ClientAddresses,
    options: ServerOptions,
  ) {
    this.perAddress = new HeldCounts(settings.maxConnectionsPerAddress);
    this.engine = new Engine({ ...options, wsEngine: limitedWebSockets(settings.closeLimit) });
  }

  /** @param onConnection hears of each connection that came in */
  attach(server: HttpServer, onConnection: (connection: Connection) => void): void {
    this.engine.on('connection', (connection: Connection) => {
      keepAlive(connection, this.settings.closeLimit);
      if (this.count(connection)) onConnection(connection);
    });
    takeWebSockets(server, `${SOCKET_PATH}/`, (request, socket, head) => {
      const letIn = (): void => this.engine.handleUpgrade(request as never, socket, head);
      this.enter(request, letIn, (refusal) => refuseRaw(socket, refusal));
    });
    interceptRequests(server, (request, response) => {
      if (!request.url?.startsWith(`${SOCKET_PATH}/`)) return false;
      const letIn = (): void => this.engine.handleRequest(request as never, response);
      this.enter(request, letIn, (refusal) => refuseRequest(response, refusal));
      return true;
    });
  }

  private enter(request: IncomingMessage, letIn: () => void, refuse: (refusal: DomainError) => void): void {
    if (!METHODS.includes(request.method ?? '')) return refuse(otherMethod());
    const { EIO, sid } = queryOf(request);
    // Of a connection that there is, or as if there were.
    if (sid) return letIn();
    if (EIO !== PROTOCOL) return refuse(otherProtocol());
    this.pace.wait(request.socket, () => {
      const refusal = this.refusalOf(request);
      if (refusal) refuse(refusal);
      else letIn();
    });
  }

  private refusalOf(request: IncomingMessage): DomainError | undefined {
    const { maxConnections } = this.settings;
    if (maxConnections > 0 && this.engine.clientsCount >= maxConnections) return refuseFor('replica');
    return this.perAddress.isFull(this.clients.keyOf(request)) ? refuseFor('address') : undefined;
  }

  /** False where others that were let in at the same moment have taken the last place. */
  private count(connection: Connection): boolean {
    const address = this.clients.keyOf(connection.request);
    if (!this.perAddress.take(address)) {
      evict(connection, 'refused');
      return false;
    }
    connection.once('close', () => this.perAddress.release(address));
    return true;
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
