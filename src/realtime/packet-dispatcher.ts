import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { sharedListener } from '../gate/shared-listener.js';
import { logLine } from '../ops/logger.js';
import { originating } from '../ops/origin.js';
import { activeTracer } from '../ops/tracer.js';
import { AckLimit, type Deadline } from './ack-limit.js';
import { flushFrames } from './frame-writer.js';
import { problemOf } from './packet.filter.js';
import type { Answer, PacketCall, PacketHandler, PacketHandlers } from './packet.js';
import { Packets, type PacketKind } from './packets.js';
import { PacketsInWork } from './packets-in-work.js';
import { Serial } from './serial.js';
import type { AgentSocket } from './sockets.js';

/** The handlers of a socket. */
type HandlersOf = (socket: AgentSocket) => PacketHandlers;

/** A packet as it came. */
interface Packet {
  requestId: string;
  name: string;
  /** None where Talk takes no such packet. */
  kind: PacketKind | undefined;
  payloads: unknown[];
  ack: ((answer: Answer) => void) | undefined;
}

/** Has every packet handled by the gateway that takes it, in its turn and in time, and acks it. */
@Injectable()
export class PacketDispatcher {
  /** Of the sockets that have written: one packet that writes goes after the other. */
  private readonly orders = new WeakMap<AgentSocket, Serial>();

  constructor(
    private readonly packets: Packets,
    private readonly inWork: PacketsInWork,
    private readonly limit: AckLimit,
  ) {}

  /** Hears the packets of any number of sockets. */
  listener(handlersOf: HandlersOf): (...packet: unknown[]) => void {
    return sharedListener((socket: AgentSocket, name: unknown, ...args: unknown[]) =>
      this.inWork.take(socket, () => this.answer(socket, this.read(String(name), args), handlersOf)),
    );
  }

  private read(name: string, args: unknown[]): Packet {
    const ack = args.at(-1);
    const requestId = randomUUID();
    const kind = this.packets.all.get(name);
    if (typeof ack !== 'function') return { requestId, name, kind, payloads: args, ack: undefined };
    return { requestId, name, kind, payloads: args.slice(0, -1), ack: ack as Packet['ack'] };
  }

  /** A client that gave no ack simply hears nothing. Never throws. */
  private async answer(socket: AgentSocket, packet: Packet, handlersOf: HandlersOf): Promise<void> {
    const { agentId } = socket.data.principal;
    const answer = await watched(packet, agentId, () =>
      this.handle(socket, packet, handlersOf).catch((error: unknown): Answer => ({
        ok: false,
        error: problemOf(error, packet.requestId),
      })),
    );
    // The client gets the events that came before the answer before it.
    if (packet.ack) flushFrames(socket.conn);
    packet.ack?.(answer);
  }

  private async handle(socket: AgentSocket, packet: Packet, handlersOf: HandlersOf): Promise<Answer> {
    const { requestId, name, kind, payloads } = packet;
    if (!kind) throw new DomainError('invalid_request', 'There is no such packet.');
    if (payloads.length > 1) throw new DomainError('invalid_request', 'A packet has one payload.');
    // Without one it is as if it were empty.
    const payload = payloads[0] ?? undefined;
    const { turn = 'writing' } = kind;
    const handler = handlersOf(socket).get(name) as PacketHandler;
    const work = (deadline: Deadline): Promise<Answer> => answerOf(handler, payload, { requestId, deadline });
    if (turn === 'writing') return this.limit.run((deadline) => this.inOrder(socket, deadline, work));
    return this.limit.run(work, turn === 'replaying' ? socket.conn : undefined);
  }

  private inOrder(
    socket: AgentSocket,
    deadline: Deadline,
    work: (deadline: Deadline) => Promise<Answer>,
  ): Promise<Answer> {
    let order = this.orders.get(socket);
    if (!order) this.orders.set(socket, (order = new Serial()));
    return order.run(() => {
      // Its client has been told to try again, so it may not come late as well.
      deadline.throwIfPassed();
      return work(deadline);
    });
  }
}

/** What a handler resolves with, or what its filter answers. */
const answerOf = (handler: PacketHandler, payload: unknown, call: PacketCall): Promise<Answer> =>
  new Promise((answer, fail) => {
    handler(payload, answer, call).then((result) => answer({ ok: true, ...result }), fail);
  });

/** Logs and traces what answers a packet, as a REST call is. What a client makes up is not logged. */
async function watched(
  { requestId, kind, name }: Packet,
  agentId: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const packet = kind ? name : 'unknown';
  const began = performance.now();
  const span = activeTracer()?.start(`packet ${packet}`, {
    kind: 'server',
    attributes: { 'talk.request_id': requestId },
  });
  const answer = await originating({ requestId, traceparent: span?.traceparent }, run);
  const status = answer.ok ? 200 : answer.error.status;
  const ms = Math.round((performance.now() - began) * 10) / 10;
  logLine('info', { requestId, packet, status, ms, agentId }, 'packet');
  span?.end(status >= 500 ? new Error(`answered with ${status}`) : undefined);
  return answer;
}
