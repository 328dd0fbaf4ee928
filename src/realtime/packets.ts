import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';

/** One kind of packet that writes: what it has to look like, what it does, and what its ack brings. */
export interface PacketHandler<Body extends object, Data extends object = object> {
  summary: string;
  shape: new () => Body;
  data: new () => Data;
  handle(body: Body, principal: Principal): Promise<Data>;
}

/** The packets that features take from sockets, beside those of subscribing. */
@Injectable()
export class Packets {
  private readonly handlers = new Map<string, PacketHandler<object>>();

  register<Body extends object, Data extends object>(name: string, handler: PacketHandler<Body, Data>): void {
    this.handlers.set(name, handler);
  }

  /** Every one, by its name. */
  get all(): ReadonlyMap<string, PacketHandler<object>> {
    return this.handlers;
  }

  find(name: string): PacketHandler<object> | undefined {
    return this.handlers.get(name);
  }
}
