import { applyDecorators, Injectable, SetMetadata, UseFilters, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';
import { GATEWAY_METADATA, MESSAGE_METADATA } from '@nestjs/websockets/internal';
import { dtosOf } from '../http/validation/dto-parameters.js';
import { PacketFilter } from './packet.filter.js';

/** What a packet's ack brings, and how it is handled. */
interface PacketOptions {
  /** The whole resource that the ack has as `data`. */
  data?: Type<object>;
  /** The ack itself, where it is more than that. */
  answer?: Type<object>;
  /**
   * `writing`, unless said otherwise: in its turn among the socket's packets that write. `replaying`: its
   * time goes on while a replay to the socket does.
   */
  turn?: 'writing' | 'replaying' | 'any';
}

/** What the decorators of a packet's method tell of it. */
export interface PacketKind extends PacketOptions {
  summary: string;
  payload: Type<object>;
}

const ACK = 'talk:ack';

/** A gateway whose refusals are acked. */
export const PacketGateway = (): ClassDecorator =>
  applyDecorators(WebSocketGateway(), UseFilters(PacketFilter));

/** Says what a packet does and what its ack brings. */
export const Acks = (summary: string, options: PacketOptions = {}): MethodDecorator =>
  SetMetadata(ACK, { summary, ...options });

/** The packets that gateways take, by their names. */
@Injectable()
export class Packets {
  private known: Map<string, PacketKind> | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** Not before all gateways are made. */
  get all(): ReadonlyMap<string, PacketKind> {
    return (this.known ??= new Map(this.gateways().flatMap((gateway) => this.packetsOf(gateway))));
  }

  private gateways(): object[] {
    return this.discovery
      .getProviders()
      .filter(({ metatype }) => metatype && Reflect.hasMetadata(GATEWAY_METADATA, metatype))
      .map(({ instance }) => instance as object);
  }

  private packetsOf(gateway: object): [string, PacketKind][] {
    const prototype = Object.getPrototypeOf(gateway) as Record<string, () => unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name] as () => unknown;
      const packet = this.reflector.get<string | undefined>(MESSAGE_METADATA, method);
      if (packet === undefined) return [];
      const ack = this.reflector.get<Omit<PacketKind, 'payload'> | undefined>(ACK, method);
      const [payload] = dtosOf(gateway.constructor as Type, name);
      if (!ack || !payload) throw new Error(`the packet ${packet} needs @Acks() and a payload`);
      return [[packet, { ...ack, payload }]];
    });
  }
}
