import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '../errors/domain-error.js';
import { toDomainError, toProblem, type Problem } from '../http/problem.js';
import { Admission } from './admission.js';
import { forgetRequest } from './connection.js';
import { flushFrames } from './frame-writer.js';
import { watchPacket, type Answer } from './packet-watch.js';
import { PacketContext, SocketPackets, type PacketRun } from './socket-packets.js';
import { Sockets, type AgentSocket } from './sockets.js';

/** Lets sockets in, and turns their packets into calls of their session or of a feature. */
@Injectable()
export class Gateway implements OnApplicationBootstrap {
  private readonly logger = new Logger('Gateway');

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly sockets: Sockets,
    private readonly admission: Admission,
    private readonly context: PacketContext,
  ) {}

  onApplicationBootstrap(): void {
    const { server } = this.sockets;
    server.use((socket, next) => {
      this.sockets.handshakes.check(socket.conn, this.admission.admit(socket)).then(
        () => next(),
        (error: unknown) => next(this.connectError(error)),
      );
    });
    server.on('connection', (socket) => this.welcome(socket));
    this.sockets.attach(this.adapterHost.httpAdapter.getHttpServer() as HttpServer);
  }

  private welcome(socket: AgentSocket): void {
    void this.admission.confirm(socket);
    forgetRequest(socket);
    const packets = new SocketPackets(socket, this.context);
    socket.onAny((name: string, ...args: unknown[]) => {
      const run = packets.find(name);
      this.sockets.packets.take(socket, () => this.answer(socket, run && { name, run }, args));
    });
    socket.on('disconnect', () => {
      packets.close();
      // Without its socket, a connection would be open to nobody.
      socket.conn.close();
    });
  }

  /** Runs one packet; a client that gave no ack simply hears nothing. Never throws. */
  private async answer(
    socket: AgentSocket,
    known: { name: string; run: PacketRun } | undefined,
    args: unknown[],
  ): Promise<void> {
    const ack = args.at(-1);
    const payload = typeof ack === 'function' ? args.slice(0, -1) : args;
    const requestId = randomUUID();
    const { agentId } = socket.data.principal;
    const answer = await watchPacket({ requestId, name: known?.name, agentId }, () =>
      this.run(requestId, known?.run, payload),
    );
    if (typeof ack !== 'function') return;
    // What was passed on before the answer is sent before it.
    flushFrames(socket.conn);
    (ack as (answer: Answer) => void)(answer);
  }

  private async run(requestId: string, packet: PacketRun | undefined, payload: unknown[]): Promise<Answer> {
    try {
      if (!packet) throw new DomainError('invalid_request', 'There is no such packet.');
      if (payload.length > 1) throw new DomainError('invalid_request', 'A packet has one payload.');
      return { ok: true, ...(await packet(payload[0])) };
    } catch (error) {
      return { ok: false, error: this.problem(error, requestId) };
    }
  }

  private connectError(error: unknown): Error {
    const problem = this.problem(error);
    return Object.assign(new Error(problem.title), { data: problem });
  }

  private problem(error: unknown, requestId: string = randomUUID()): Problem {
    const refusal = toDomainError(error);
    if (refusal.code === 'internal_error') this.logger.error({ requestId, err: error }, 'packet failed');
    return toProblem(refusal, requestId);
  }
}
