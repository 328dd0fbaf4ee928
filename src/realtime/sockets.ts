import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Server, type DefaultEventsMap, type Socket } from 'socket.io';
import { Settings } from '../config/settings.js';
import { backlogBytes, cutOff } from './connection.js';
import { Handshakes } from './handshakes.js';
import { PacketsInWork } from './packets-in-work.js';
import { Pace } from './pace.js';
import type { SocketOwner } from './ports.js';
import { SocketMover } from './socket-mover.js';

/** A packet over this closes its socket. */
const PACKET_BYTES = 256 * 1024;
/** Milliseconds between two looks for tokens that have ended and readers that do not read. */
const WATCH_EVERY = 250;
/** What may wait in this process for one reader. */
const BACKLOG_BYTES = 1024 * 1024;

/** Whose a socket is, and how that is known. */
export interface SocketIdentity {
  owner: SocketOwner;
  token: string | undefined;
  /** How far the directory had been heard before the owner was looked up. */
  heardBefore: number;
}

type Events = DefaultEventsMap;

export type AgentSocket = Socket<Events, Events, Events, SocketIdentity>;

/** The Socket.IO server of this replica. */
@Injectable()
export class Sockets implements BeforeApplicationShutdown {
  readonly server: Server<Events, Events, Events, SocketIdentity>;
  readonly packets = new PacketsInWork();

  readonly handshakes: Handshakes;
  private watch: NodeJS.Timeout | undefined;

  constructor(@Inject(Settings) { redis, handshakeLimit, requestLimit }: Settings) {
    this.handshakes = new Handshakes(handshakeLimit);
    this.server = new Server({
      path: '/socket.io',
      // Polling needs every request to reach the same replica, so it is on only where there is just one.
      transports: redis ? ['websocket'] : ['websocket', 'polling'],
      allowRequest: new Pace().allow,
      maxHttpBufferSize: PACKET_BYTES,
      // How long the check of a name takes has a limit of its own.
      connectTimeout: handshakeLimit + requestLimit,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
    });
  }

  attach(httpServer: HttpServer): void {
    this.server.attach(httpServer);
    this.server.engine.on('connection', this.handshakes.await);
    this.watch = setInterval(() => this.closeOverdue(Date.now()), WATCH_EVERY);
  }

  /** Ends every connection; clients reconnect and resume. */
  closeAll(): void {
    this.closeThose(() => true);
  }

  /** Ends the connections of these owners at once; their clients connect again if they may. */
  closeThose(isMeant: (owner: SocketOwner) => boolean): void {
    for (const socket of this.server.sockets.sockets.values()) {
      if (isMeant(socket.data.owner)) socket.conn.close(true);
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
    return new SocketMover(() => this.server.sockets.sockets.values(), this.packets).run(overMs, closed);
  }

  /** Before the HTTP server is closed, which waits until the last connection is gone. */
  beforeApplicationShutdown(): void {
    clearInterval(this.watch);
    this.closeAll();
    this.server.engine?.close();
  }

  /** Ends what has outlived its token, or does not read what it is sent. */
  private closeOverdue(now: number): void {
    for (const { conn, data } of this.server.sockets.sockets.values()) {
      if ((data.owner.expiresAt ?? Infinity) <= now) conn.close(true);
      else if (backlogBytes(conn) > BACKLOG_BYTES) cutOff(conn);
    }
  }
}
