import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { overdue } from '../http/request-limit.js';
import { AckLimit } from './ack-limit.js';
import { Admission } from './admission.js';
import { Serial } from './serial.js';
import { SessionContext, SocketSession, type SubscribeResult } from './socket-session.js';
import { SocketSink } from './socket-sink.js';
import { SocketWrites } from './socket-writes.js';
import type { AgentSocket } from './sockets.js';
import { parseSubscribe, parseUnsubscribe } from './subscribe-packet.js';

/** Does what a packet asks for; resolves with what its ack holds beside `ok`. */
export type PacketRun = (payload: unknown) => Promise<object | void>;
type LimitedRun = (payload: unknown, overdue: AbortSignal) => Promise<object | void>;

/** What the packets of all sockets need. */
@Injectable()
export class PacketContext {
  /** Milliseconds. */
  readonly ackLimit: number;
  /** Of packets that nothing prolongs. */
  readonly plainLimit: AckLimit;

  constructor(
    readonly sessions: SessionContext,
    readonly admission: Admission,
    readonly writes: SocketWrites,
    @Inject(Settings) { ackLimit }: Settings,
  ) {
    this.ackLimit = ackLimit;
    this.plainLimit = new AckLimit(ackLimit, overdue);
  }
}

/** The packets of one socket. Most sockets are idle, so it holds little, and makes what runs a packet as it comes. */
export class SocketPackets {
  /** A long replay to a slow reader is in order as long as its pages go out. */
  private readonly replayLimit: AckLimit;
  private readonly session: SocketSession;
  private readonly writing = new Serial();

  constructor(
    private readonly socket: AgentSocket,
    private readonly context: PacketContext,
  ) {
    this.replayLimit = new AckLimit(context.ackLimit, overdue);
    const sink = new SocketSink(socket.conn, this.replayLimit);
    this.session = new SocketSession(socket.data.principal, sink, context.sessions);
  }

  /** By the name of a packet, what runs it. */
  find(name: string): PacketRun | undefined {
    const { socket, session, context, replayLimit } = this;
    switch (name) {
      case 'subscribe':
        return within(replayLimit, (payload, signal) => this.subscribe(payload, signal));
      case 'unsubscribe':
        return within(replayLimit, (payload, signal) =>
          session.unsubscribe(parseUnsubscribe(payload).chatIds, signal),
        );
      case 'refresh':
        return within(context.plainLimit, (payload) => context.admission.refresh(socket, payload));
      default: {
        const write = context.writes.find(name, socket, this.writing);
        return write && within(context.plainLimit, write);
      }
    }
  }

  close(): void {
    this.session.close();
  }

  private async subscribe(payload: unknown, overdue: AbortSignal): Promise<SubscribeResult> {
    await this.context.writes.count(this.socket);
    return this.session.subscribe(parseSubscribe(payload), overdue);
  }
}

const within =
  (limit: AckLimit, run: LimitedRun): PacketRun =>
  (payload) =>
    limit.run(async (overdue) => run(payload, overdue));
