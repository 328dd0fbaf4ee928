import type { Server as HttpServer } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Server } from 'socket.io';
import type { PacketHandler, PacketHandlers } from './packet.js';
import { PacketDispatcher } from './packet-dispatcher.js';
import { Sockets, type AgentSocket } from './sockets.js';

/** Milliseconds; a socket's handlers go once it has sent nothing for one to two of these. */
const FORGET_EVERY = 30_000;

/**
 * Binds gateways to Talk's own server. A socket's handlers are made when a packet of it comes and go
 * when it has sent none for a while: most sockets are idle, and nothing is kept for these. So a gateway
 * hears of no connection by `handleConnection`; its `afterInit` is given the server.
 */
export class TalkAdapter extends IoAdapter {
  private readonly sockets: Sockets;
  private readonly dispatcher: PacketDispatcher;
  /** Each has Nest bind the handlers of one gateway to a socket. */
  private readonly gateways: ((socket: AgentSocket) => void)[] = [];
  private bound: PacketHandlers = new Map();
  /** The handlers of the sockets that have sent a packet lately, and of those that had before. */
  private lately = new WeakMap<AgentSocket, PacketHandlers>();
  private before = new WeakMap<AgentSocket, PacketHandlers>();
  private readonly forgetting = setInterval(() => this.forget(), FORGET_EVERY).unref();

  constructor(app: INestApplication) {
    super(app);
    this.sockets = app.get(Sockets);
    this.dispatcher = app.get(PacketDispatcher);
  }

  override createIOServer(): Server {
    this.sockets.attach(this.httpServer as HttpServer);
    return this.sockets.server;
  }

  override bindClientConnect(server: Server, bind: (socket: AgentSocket) => void): void {
    this.gateways.push(bind);
    if (this.gateways.length > 1) return;
    const hear = this.dispatcher.listener((socket) => this.handlersOf(socket));
    server.on('connection', (socket) => socket.onAny(hear));
  }

  /** Gateways listen for `disconnect` themselves, on the sockets that concern them. */
  override bindClientDisconnect(): void {}

  override bindMessageHandlers(_socket: unknown, handlers: MessageMappingProperties[]): void {
    for (const { message, callback } of handlers) this.bound.set(String(message), callback as PacketHandler);
  }

  /** The HTTP server, which is Nest's, stays open. */
  override close(): Promise<void> {
    clearInterval(this.forgetting);
    this.sockets.close();
    return Promise.resolve();
  }

  private handlersOf(socket: AgentSocket): PacketHandlers {
    const known = this.lately.get(socket);
    if (known) return known;
    const handlers = this.before.get(socket) ?? this.bind(socket);
    this.lately.set(socket, handlers);
    return handlers;
  }

  private bind(socket: AgentSocket): PacketHandlers {
    this.bound = new Map();
    for (const bind of this.gateways) bind(socket);
    return this.bound;
  }

  private forget(): void {
    this.before = this.lately;
    this.lately = new WeakMap();
  }
}
