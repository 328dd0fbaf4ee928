import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Server, type DefaultEventsMap, type ServerOptions, type Socket } from 'socket.io';
import { Settings } from '../config/settings.js';
import { Gauges } from '../ops/gauges.js';
import type { EvictionReason } from '../ops/metrics.js';
import { ClientAddresses } from '../gate/client-address.js';
import { backlogBytes, evict } from './connection.js';
import { Entrance, SOCKET_PATH } from './entrance.js';
import { Handshakes } from './handshakes.js';
import { PacketsInWork } from './packets-in-work.js';
import type { Principal } from '../auth/principal.js';
import { SocketMover } from './socket-mover.js';

/** A packet over this closes its socket. */
const PACKET_BYTES = 256 * 1024;
/** Milliseconds between two looks for tokens that have ended and readers that do not read. */
const WATCH_EVERY = 250;
/** What may wait in this process for one reader. */
const BACKLOG_BYTES = 1024 * 1024;

/** Whose a socket is, and how that is known. */
export interface SocketIdentity {
  principal: Principal;
  token: string | undefined;
  /** How far the directory had been heard before the principal was looked up. */
  heardBefore: number;
}

type Events = DefaultEventsMap;

export type AgentSocket = Socket<Events, Events, Events, SocketIdentity>;
export type TalkServer = Server<Events, Events, Events, SocketIdentity>;

/** The Socket.IO server of this replica. */
@Injectable()
export class Sockets {
  readonly server: TalkServer;
  readonly handshakes: Handshakes;
  private readonly entrance: Entrance;
  private readonly closeLimit: number;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Settings) settings: Settings,
    clients: ClientAddresses,
    private readonly packets: PacketsInWork,
    gauges: Gauges,
  ) {
    const { polling, corsOrigins, handshakeLimit, requestLimit, closeLimit } = settings;
    gauges.register('talk_sockets', 'Sockets that have named their agent.', () => this.count);
    this.closeLimit = closeLimit;
    this.handshakes = new Handshakes(settings, PACKET_BYTES);
    const options: Partial<ServerOptions> = {
      path: SOCKET_PATH,
      transports: polling ? ['websocket', 'polling'] : ['websocket'],
      // Of no use to WebSockets, which a browser opens to anyone; each has to show a token.
      ...(corsOrigins && { cors: { origin: corsOrigins } }),
      maxHttpBufferSize: PACKET_BYTES,
      // How long the check of a name takes has a limit of its own.
      connectTimeout: handshakeLimit + requestLimit,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
    };
    this.server = new Server(options);
    this.entrance = new Entrance(settings, clients, options);
    this.server.bind(this.entrance.engine);
  }

  attach(httpServer: HttpServer): void {
    this.entrance.attach(httpServer, (connection) => this.handshakes.begin(connection));
    this.watch = setInterval(() => this.closeOverdue(Date.now()), WATCH_EVERY);
  }

  /** Ends every connection; clients reconnect and resume. */
  closeAll(reason: EvictionReason): void {
    this.closeThose(() => true, reason);
  }

  /** Ends the connections of those meant at once; their clients connect again if they may. */
  closeThose(isMeant: (principal: Principal) => boolean, reason: EvictionReason): void {
    for (const socket of this.server.sockets.sockets.values()) {
      if (isMeant(socket.data.principal)) evict(socket.conn, reason);
    }
  }

  get count(): number {
    return this.server.sockets.sockets.size;
  }

  /**
   * Has every client move to another replica, in slices over so many milliseconds, its packets answered
   * first. Resolves when all are gone and, by `closed`, none can come any more.
   */
  moveAll(overMs: number, closed: AbortSignal): Promise<void> {
    return new SocketMover(() => this.server.sockets.sockets.values(), this.packets, this.closeLimit).run(
      overMs,
      closed,
    );
  }

  /** Before the HTTP server is closed, which waits until the last connection is gone. */
  close(): void {
    clearInterval(this.watch);
    for (const { conn } of this.server.sockets.sockets.values()) conn.close(true);
    this.entrance.engine.close();
  }

  /** Ends what has outlived its time or its token, or does not read what it is sent. */
  private closeOverdue(now: number): void {
    this.handshakes.endOverdue();
    for (const { conn, data } of this.server.sockets.sockets.values()) {
      if ((data.principal.expiresAt ?? Infinity) <= now) evict(conn, 'token_ended');
      else if (backlogBytes(conn) > BACKLOG_BYTES) evict(conn, 'slow_reader');
    }
  }
}
