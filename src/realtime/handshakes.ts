import type { Settings } from '../config/settings.js';
import { sharedListener } from '../gate/shared-listener.js';
import { evict, limitMessages, type Connection } from './connection.js';

/** Bytes: a token may have 8 KiB. */
const UNNAMED_MESSAGE_BYTES = 9 * 1024;
/** Packets of Engine.IO that a connection may send before it is named. */
const UNNAMED_PACKETS = 8;
/** Refusals to connect after which a connection is closed. */
const REFUSALS = 2;
/** Milliseconds that an unnamed connection has at least, however many there are. */
const LEAST_TIME = 1_000;

/** A packet as Engine.IO tells of it. */
interface Packet {
  type: string;
  data?: unknown;
}

interface Handshake {
  /** Of `performance.now()`. */
  begun: number;
  packets: number;
  /** Whether a name is being checked. How long that takes does not count. */
  isChecking: boolean;
}

/**
 * Bounds what connections can do that have not named their agent: how long they stay, how many there
 * are, and what they send. One name is checked at a time, and the second refusal ends the connection.
 */
export class Handshakes {
  /** The oldest first. */
  private readonly unnamed = new Map<Connection, Handshake>();
  private readonly refusals = new WeakMap<Connection, number>();

  private readonly onPacket = sharedListener((connection: Connection, packet: Packet) =>
    this.look(connection, packet),
  );
  private readonly onClosed = sharedListener((connection: Connection) => {
    this.unnamed.delete(connection);
  });

  /** @param messageBytes what a message may have once its sender is known */
  constructor(
    private readonly limits: Pick<Settings, 'handshakeLimit' | 'maxUnnamed'>,
    private readonly messageBytes: number,
  ) {}

  /** From here on the connection has its time. */
  begin(connection: Connection): void {
    this.makeRoom();
    this.unnamed.set(connection, { begun: performance.now(), packets: 0, isChecking: false });
    limitMessages(connection, UNNAMED_MESSAGE_BYTES);
    connection.on('packet', this.onPacket);
    connection.on('close', this.onClosed);
    if (connection.transport.name === 'polling')
      connection.on('upgrade', () => limitMessages(connection, this.bytesOf(connection)));
  }

  /** Resolves or rejects with the outcome of the check of a name. */
  async check(connection: Connection, outcome: Promise<void>): Promise<void> {
    try {
      await outcome;
      this.unnamed.delete(connection);
      connection.off('close', this.onClosed);
      limitMessages(connection, this.messageBytes);
    } catch (error) {
      const handshake = this.unnamed.get(connection);
      if (this.refuse(connection) && handshake) handshake.isChecking = false;
      throw error;
    }
  }

  /** Ends the connections whose time is over. */
  endOverdue(): void {
    const now = performance.now();
    for (const [connection, handshake] of this.unnamed) {
      if (now - handshake.begun < this.limits.handshakeLimit) return;
      // What has come in by now, but could not be read while others kept this process busy, is read first.
      setImmediate(() => {
        if (this.unnamed.has(connection) && !handshake.isChecking) evict(connection, 'unnamed');
      });
    }
  }

  private bytesOf(connection: Connection): number {
    return this.unnamed.has(connection) ? UNNAMED_MESSAGE_BYTES : this.messageBytes;
  }

  /** Where there are too many, the oldest go early, so that whoever comes is heard. */
  private makeRoom(): void {
    const { maxUnnamed } = this.limits;
    const now = performance.now();
    for (const [connection, { begun, isChecking }] of this.unnamed) {
      if (maxUnnamed === 0 || this.unnamed.size < maxUnnamed || now - begun < LEAST_TIME) return;
      if (!isChecking) evict(connection, 'unnamed');
    }
  }

  private look(connection: Connection, { type, data }: Packet): void {
    const handshake = this.unnamed.get(connection);
    const isConnect = type === 'message' && typeof data === 'string' && data.startsWith('0');
    if (handshake) {
      handshake.packets += 1;
      const isLost = handshake.isChecking && isConnect && isOurs(data);
      if (handshake.packets > UNNAMED_PACKETS || isLost || (type === 'message' && !isConnect))
        return evict(connection, 'protocol');
    }
    if (!isConnect) return;
    // Socket.IO refuses it by itself.
    if (!isOurs(data)) this.refuse(connection);
    else if (handshake) handshake.isChecking = true;
  }

  /** Counts a refusal, which is sent in this turn of the event loop; false where it was the connection's last. */
  private refuse(connection: Connection): boolean {
    const refusals = (this.refusals.get(connection) ?? 0) + 1;
    this.refusals.set(connection, refusals);
    const handshake = this.unnamed.get(connection);
    const isOver = handshake && performance.now() - handshake.begun >= this.limits.handshakeLimit;
    if (refusals < REFUSALS && !isOver) return true;
    if (refusals > REFUSALS) evict(connection, 'protocol');
    else setImmediate(() => evict(connection, 'refused'));
    return false;
  }
}

/** Whether a CONNECT packet is for the one namespace that there is. */
const isOurs = (data: string): boolean => data[1] !== '/' || data === '0/' || data.startsWith('0/,');
