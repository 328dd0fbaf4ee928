import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { NAMED_RANGES } from '../config/edge-settings.js';
import { Settings } from '../config/settings.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Of an IPv6 address, what names one customer of a provider: the rest is the customer's to choose. */
const IPV6_GROUPS = 4;

/** What is needed of a request to tell its client. */
type Request = Pick<IncomingMessage, 'headers'> & {
  socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
};

/** Tells by which key the client of a connection or request is counted. */
@Injectable()
export class ClientAddresses {
  private readonly hops: number;
  private readonly ranges: Range[];

  constructor(@Inject(Settings) { trustProxy }: Pick<Settings, 'trustProxy'>) {
    this.hops = typeof trustProxy === 'number' ? trustProxy : 0;
    this.ranges = Array.isArray(trustProxy) ? trustProxy.flatMap(rangesOf) : [];
  }

  /**
   * The key of the nearest address that is no trusted proxy: an IPv4 address, or the /64 of an IPv6
   * address. Where a proxy forwards something that is no address, the peer of the connection counts.
   */
  keyOf({ socket, headers }: Request): string {
    const peer = parseAddress(socket.remoteAddress);
    if (!peer) return 'unknown';
    const forwarded = forwardedFor(headers);
    let client = peer;
    for (let hop = 0; this.trusts(client, hop) && hop < forwarded.length; hop += 1) {
      const next = parseAddress(forwarded[hop]);
      if (!next) return keyOf(peer);
      client = next;
    }
    return keyOf(client);
  }

  /** The key of a connection's peer; `undefined` for a trusted proxy, whose connections are many clients'. */
  keyOfPeer(address: string | undefined): string | undefined {
    const peer = parseAddress(address);
    if (!peer) return 'unknown';
    return this.trusts(peer, 0) ? undefined : keyOf(peer);
  }

  private trusts(address: Address, hop: number): boolean {
    return hop < this.hops || this.ranges.some((range) => isWithin(address, range));
  }
}

/** The nearest first. */
function forwardedFor({ 'x-forwarded-for': value }: IncomingMessage['headers']): string[] {
  if (value === undefined) return [];
  return String(value).split(',').reverse();
}

/** An address, also with a port, in brackets, with a zone, or an IPv4 one written as IPv6. */
function parseAddress(text: string | undefined): Address | undefined {
  const [, bracketed, plain = ''] = /^\s*(?:\[([^\]]*)\](?::\d+)?|(\S*))\s*$/.exec(text ?? '') ?? [];
  const candidate = bracketed ?? withoutPort(plain);
  const [address = ''] = candidate.split('%');
  return isIP(address) === 0 ? undefined : ipaddr.process(address);
}

/** Of IPv6, a port cannot be told from the last group, so it comes in brackets only. */
const withoutPort = (text: string): string => /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;

const rangesOf = (proxy: string): Range[] => (NAMED_RANGES[proxy] ?? [proxy]).map(parseRange);

function parseRange(text: string): Range {
  const [address = '', bits] = text.split('/');
  const parsed = ipaddr.parse(address);
  const all = parsed.kind() === 'ipv4' ? 32 : 128;
  return [parsed, bits === undefined ? all : Number(bits)];
}

const isWithin = (address: Address, [start, bits]: Range): boolean =>
  address.kind() === start.kind() && address.match(start, bits);

function keyOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, IPV6_GROUPS)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
