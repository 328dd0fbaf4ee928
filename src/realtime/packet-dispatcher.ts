import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { DomainError } from '../errors/domain-error.js';
import { sharedListener } from '../gate/shared-listener.js';
import { AckLimit } from './ack-limit.js';
import { flushFrames } from './frame-writer.js';
import { problemOf } from './packet.filter.js';
import type { Answer, PacketCall, PacketHandler, PacketHandlers } from './packet.js';
import { watchPacket } from './packet-watch.js';
import { Packets } from './packets.js';
import { PacketsInWork } from './packets-in-work.js';
import type { AgentSocket } from './sockets.js';

/** What the packets of one socket share while there are some in work. */
interface Desk {
  handlers: PacketHandlers;
  /** One packet that writes after the other. */
  order: LimitFunction;
}

/** Has every packet of a socket handled by the gateway that takes it, in its turn and in time, and acks it. */
@Injectable()
export class PacketDispatcher {
  constructor(
    private readonly packets: Packets,
    private readonly inWork: PacketsInWork<Desk>,
    private readonly limit: AckLimit,
  ) {}

  /** Hears the packets of any number of sockets. */
  listener(handlersOf: (socket: AgentSocket) => PacketHandlers): (...packet: unknown[]) => void {
    return sharedListener((socket: AgentSocket, ...[name, ...args]: unknown[]) =>
      this.inWork.take(
        socket,
        () => ({ handlers: handlersOf(socket), order: pLimit(1) }),
        (desk) => this.answer(socket, desk, name as string, args),
      ),
    );
  }

  /** A client that gave no ack simply hears nothing. Never throws. */
  private async answer(socket: AgentSocket, desk: Desk, name: string, args: unknown[]): Promise<void> {
    const ack = args.at(-1);
    const payloads = typeof ack === 'function' ? args.slice(0, -1) : args;
    const handler = desk.handlers.get(name);
    const requestId = randomUUID();
    const { agentId } = socket.data.principal;
    const answer = await watchPacket({ requestId, name: handler && name, agentId }, () =>
      this.handle(socket, desk, name, payloads, requestId).catch((error: unknown): Answer => ({
        ok: false,
        error: problemOf(error, requestId),
      })),
    );
    if (typeof ack !== 'function') return;
    // What was passed on before the answer is sent before it.
    flushFrames(socket.conn);
    (ack as (answer: Answer) => void)(answer);
  }

  private async handle(
    { conn }: AgentSocket,
    { handlers, order }: Desk,
    name: string,
    payloads: unknown[],
    requestId: string,
  ): Promise<Answer> {
    const handler = handlers.get(name);
    if (!handler) throw new DomainError('invalid_request', 'There is no such packet.');
    if (payloads.length > 1) throw new DomainError('invalid_request', 'A packet has one payload.');
    // Without one it is as if it were empty.
    const payload = payloads[0] ?? undefined;
    const { turn = 'writing' } = this.packets.all.get(name) ?? {};
    const work = (overdue: AbortSignal): Promise<Answer> =>
      answerOf(handler, payload, { requestId, overdue });
    const inOrder = (overdue: AbortSignal): Promise<Answer> =>
      order(() => {
        // Its client has been told to try again, so it may not come late as well.
        overdue.throwIfAborted();
        return work(overdue);
      });
    return this.limit.run(turn === 'writing' ? inOrder : work, turn === 'replaying' ? conn : undefined);
  }
}

const answerOf = (handler: PacketHandler, payload: unknown, call: PacketCall): Promise<Answer> =>
  new Promise((answer, fail) => {
    handler(payload, answer, call).then((result) => answer({ ok: true, ...result }), fail);
  });
