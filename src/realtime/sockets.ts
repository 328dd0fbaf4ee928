import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Server, type DefaultEventsMap, type Socket } from 'socket.io';
import { Settings } from '../config/settings.js';
import type { SocketOwner } from './ports.js';

/** A packet over this closes its socket. */
const PACKET_BYTES = 256 * 1024;
/** Milliseconds that a connection has to say who it is. */
const HANDSHAKE_LIMIT = 5_000;

/** Milliseconds between two looks for tokens that have ended. */
const EXPIRY_EVERY = 250;

interface SocketData {
  owner: SocketOwner;
  /** How far the directory had been heard before the owner was looked up. */
  heardBefore: number;
}

type Events = DefaultEventsMap;

export type AgentSocket = Socket<Events, Events, Events, SocketData>;

/** The Socket.IO server of this replica. */
@Injectable()
export class Sockets implements BeforeApplicationShutdown {
  readonly server: Server<Events, Events, Events, SocketData>;

  private expiry: NodeJS.Timeout | undefined;

  constructor(@Inject(Settings) { redisUrl }: Settings) {
    this.server = new Server({
      path: '/socket.io',
      // Polling needs every request to reach the same replica, so it is on only where there is just one.
      transports: redisUrl ? ['websocket'] : ['websocket', 'polling'],
      maxHttpBufferSize: PACKET_BYTES,
      connectTimeout: HANDSHAKE_LIMIT,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
    });
  }

  attach(httpServer: HttpServer): void {
    this.server.attach(httpServer);
    this.expiry = setInterval(() => {
      const now = Date.now();
      this.closeThose(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now);
    }, EXPIRY_EVERY);
  }

  /** Ends every connection; clients reconnect and resume. */
  closeAll(): void {
    this.closeThose(() => true);
  }

  /** Ends the connections of these owners, in a way that has their clients connect again if they may. */
  closeThose(isMeant: (owner: SocketOwner) => boolean): void {
    for (const socket of this.server.sockets.sockets.values()) {
      if (isMeant(socket.data.owner)) socket.conn.close();
    }
  }

  /** Before the HTTP server is closed, which waits until the last connection is gone. */
  beforeApplicationShutdown(): void {
    clearInterval(this.expiry);
    this.closeAll();
    this.server.engine?.close();
  }
}
