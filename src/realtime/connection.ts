import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket as SocketIoSocket } from 'socket.io';
import { evictions, type EvictionReason } from '../ops/metrics.js';
import { inOneWrite } from '../ops/one-write.js';

export type Connection = SocketIoSocket['conn'];

/** Bytes that may wait for a reader before a replay to it waits as well. */
const LITTLE = 64 * 1024;

interface Buffered {
  data?: string | Buffer;
}

/** What a WebSocket of `ws` tells, as far as it is asked here. */
interface RawSocket {
  /** 1: open. */
  readyState?: number;
  bufferedAmount?: number;
  terminate?: () => void;
  pong?: (data: Buffer) => void;
  on: (event: 'ping' | 'pong', listener: (this: RawSocket, data: Buffer) => void) => unknown;
  once: (event: 'close', listener: () => void) => unknown;
  /** Its TCP or TLS connection, which `ws` calls private; none once it is closed. */
  _socket?: Socket | null;
  /** What reads its messages, which `ws` calls private; it lets nobody set another limit later. */
  _receiver?: { _maxPayload: number; _loop: boolean } | null;
}

/** What Engine.IO's polling tells, as far as it is asked here. */
interface PollingTransport {
  maxHttpBufferSize: number;
  closeTimeout: number;
}

/**
 * Packets that Engine.IO holds back until the transport is free. It calls its buffer private, but
 * there is no other way to see it.
 */
const held = (connection: Connection): Buffered[] => connection['writeBuffer'] as Buffered[];

/** The WebSocket below; none where the transport is polling. */
const rawSocket = (connection: Connection): RawSocket | undefined =>
  (connection.transport as unknown as { socket?: RawSocket }).socket;

const isPolling = ({ transport }: Connection): boolean => transport.name === 'polling';

/** The longest message that a connection may send from now on, in bytes; a longer one ends it. */
export function limitMessages(connection: Connection, bytes: number): void {
  if (isPolling(connection)) (connection.transport as unknown as PollingTransport).maxHttpBufferSize = bytes;
  const receiver = rawSocket(connection)?._receiver;
  if (receiver) receiver._maxPayload = bytes;
}

/** Has pings answered, and a close that the peer ignores end after so many milliseconds. */
export function keepAlive(connection: Connection, closeLimit: number): void {
  if (isPolling(connection)) {
    (connection.transport as unknown as PollingTransport).closeTimeout = closeLimit;
    connection.once('upgrade', () => answerPings(rawSocket(connection)));
  } else {
    answerPings(rawSocket(connection));
  }
}

function answerPings(socket: RawSocket | undefined): void {
  socket?.on('ping', answerPing);
  socket?.on('pong', takeControlFrame);
}

/** Pongs may not pile up for a peer that reads none. */
function answerPing(this: RawSocket, data: Buffer): void {
  takeControlFrame.call(this);
  if ((this.bufferedAmount ?? 0) < LITTLE) this.pong?.(data);
}

/** Control frames that a peer may send in a second: they say nothing, so more of them are a flood. */
const CONTROL_FRAMES = 50;

const controlFrames = new WeakMap<RawSocket, { count: number; since: number }>();

function takeControlFrame(this: RawSocket): void {
  const now = performance.now();
  let seen = controlFrames.get(this);
  if (!seen || now - seen.since > 1_000) controlFrames.set(this, (seen = { count: 0, since: now }));
  seen.count += 1;
  if (seen.count === CONTROL_FRAMES + 1) evictions.inc({ reason: 'protocol' satisfies EvictionReason });
  if (seen.count > CONTROL_FRAMES) terminate(this);
}

/** Ends a WebSocket at once; what has come in of it and was not looked at is not looked at any more. */
function terminate(socket: RawSocket | undefined): void {
  socket?.terminate?.();
  if (socket?._receiver) socket._receiver._loop = false;
}

/** Where bytes go that pass Engine.IO by; none where they would overtake what Engine.IO still holds. */
export function wayAround(connection: Connection): Writable | undefined {
  if (connection.readyState !== 'open' || held(connection).length > 0) return undefined;
  const webSocket = rawSocket(connection);
  return webSocket?.readyState === 1 && webSocket._socket?.writable ? webSocket._socket : undefined;
}

/** Has what is sent to the connection in this turn of the event loop leave in one write. */
export function gatherWrites(connection: Connection): void {
  const stream = rawSocket(connection)?._socket;
  if (stream?.writable) inOneWrite(stream);
}

const NOTHING = Object.freeze({});
const NONE = Object.freeze([]);

/** Empties the request that a connection began with: Engine.IO keeps it, and the token in it, as long as the connection. */
export function forgetRequest({ request, handshake }: Pick<SocketIoSocket, 'request' | 'handshake'>): void {
  Object.assign(handshake, { headers: NOTHING, query: NOTHING, auth: NOTHING, url: '' });
  Object.assign(request, { headers: NOTHING, rawHeaders: NONE, url: '', _query: NOTHING });
}

/** Bytes, nearly, that wait in this process for their reader: in Engine.IO and in the WebSocket. */
export function backlogBytes(connection: Connection): number {
  const inWebSocket = rawSocket(connection)?.bufferedAmount ?? 0;
  return held(connection).reduce((sum, { data }) => sum + (data?.length ?? 0), inWebSocket);
}

/** Resolves when little waits in this process for the reader of a connection, or it is gone. */
export async function drained(connection: Connection): Promise<void> {
  while (connection.readyState === 'open' && backlogBytes(connection) > LITTLE) {
    await nextDrain(connection);
  }
}

function nextDrain(connection: Connection): Promise<void> {
  const stream = rawSocket(connection)?._socket;
  return new Promise((resolve) => {
    const done = (): void => {
      connection.off('drain', done);
      connection.off('close', done);
      stream?.off('drain', done);
      resolve();
    };
    connection.on('drain', done);
    connection.on('close', done);
    stream?.on('drain', done);
  });
}

/**
 * Ends a connection for a reason of Talk's own; its client connects again if it may. One that was refused
 * still hears of it; one that does not read or floods is cut off, since a polite ending would wait for it.
 */
export function evict(connection: Connection, reason: EvictionReason): void {
  if (connection.readyState === 'closed') return;
  evictions.inc({ reason });
  if (reason === 'slow_reader' || reason === 'protocol') cutOff(connection);
  else if (reason === 'refused') endAfterWrites(connection);
  else connection.close(true);
}

/** Ends a connection whose reader may never read what a polite ending would wait for. */
function cutOff(connection: Connection): void {
  terminate(rawSocket(connection));
  connection.close(true);
}

/** Ends a connection behind what was written to it, without waiting for its peer. */
function endAfterWrites(connection: Connection): void {
  const stream = rawSocket(connection)?._socket;
  connection.close();
  stream?.destroySoon();
}

/**
 * Closes a connection after all that was written to it, and resolves when its peer has taken that and
 * said so; one that does not within `limitMs` is cut off. Its client connects again by itself.
 */
export async function closePolitely(connection: Connection, limitMs: number): Promise<void> {
  if (connection.readyState === 'closed') return;
  const gone = new Promise<void>((resolve) => {
    const webSocket = rawSocket(connection);
    if (webSocket) webSocket.once('close', resolve);
    else connection.once('close', () => resolve());
  });
  connection.close();
  const limit = new AbortController();
  await Promise.race([gone, sleep(limitMs, undefined, limit).catch(() => undefined)]);
  limit.abort();
  cutOff(connection);
}
