import { Injectable } from '@nestjs/common';
import type { SocketOwner } from './ports.js';

/** One kind of packet that writes: what it has to look like, and what it does. */
export interface PacketHandler<Body extends object> {
  shape: new () => Body;
  handle(body: Body, owner: SocketOwner): Promise<object>;
}

/** The packets that features take from sockets, beside those of subscribing. */
@Injectable()
export class Packets {
  private readonly handlers = new Map<string, PacketHandler<object>>();

  register<Body extends object>(name: string, handler: PacketHandler<Body>): void {
    this.handlers.set(name, handler);
  }

  find(name: string): PacketHandler<object> | undefined {
    return this.handlers.get(name);
  }
}
