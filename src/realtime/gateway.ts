import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Settings } from '../config/settings.js';
import { DomainError } from '../errors/domain-error.js';
import { toDomainError, toProblem, type Problem } from '../http/problem.js';
import { overdue } from '../http/request-limit.js';
import { AckLimit } from './ack-limit.js';
import { Admission } from './admission.js';
import { forgetRequest } from './connection.js';
import { flushFrames } from './frame-writer.js';
import { watchPacket, type Answer } from './packet-watch.js';
import { SessionContext, SocketSession, type SubscribeResult } from './socket-session.js';
import { socketSink } from './socket-sink.js';
import { SocketWrites } from './socket-writes.js';
import { Sockets, type AgentSocket } from './sockets.js';
import { parseSubscribe, parseUnsubscribe } from './subscribe-packet.js';

type Handler = (payload: unknown) => Promise<object | void>;
type LimitedHandler = (payload: unknown, overdue: AbortSignal) => Promise<object | void>;

/** Lets sockets in, and turns their packets into calls of their session or of a feature. */
@Injectable()
export class Gateway implements OnApplicationBootstrap {
  private readonly logger = new Logger('Gateway');

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly sockets: Sockets,
    private readonly admission: Admission,
    private readonly context: SessionContext,
    private readonly writes: SocketWrites,
    @Inject(Settings) private readonly settings: Settings,
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
    // A long replay to a slow reader is in order as long as its pages go out.
    const replays = new AckLimit(this.settings.ackLimit, overdue);
    const others = new AckLimit(this.settings.ackLimit, overdue);
    const sink = socketSink(socket, () => replays.progress());
    const session = new SocketSession(socket.data.owner, sink, this.context);
    const handlers = new Map<string, Handler>([
      ['subscribe', within(replays, (payload, signal) => this.subscribe(socket, session, payload, signal))],
      [
        'unsubscribe',
        within(replays, (payload, signal) => session.unsubscribe(parseUnsubscribe(payload).chatIds, signal)),
      ],
      ['refresh', within(others, (payload) => this.admission.refresh(socket, payload))],
    ]);
    const write = this.writes.of(socket);
    socket.onAny((name: string, ...args: unknown[]) => {
      const writer = write(name);
      const handler = handlers.get(name) ?? (writer && within(others, writer));
      this.sockets.packets.take(socket, () => this.answer(socket, handler && { name, handler }, args));
    });
    socket.on('disconnect', () => session.close());
  }

  private async subscribe(
    socket: AgentSocket,
    session: SocketSession,
    payload: unknown,
    overdue: AbortSignal,
  ): Promise<SubscribeResult> {
    await this.writes.count(socket);
    return session.subscribe(parseSubscribe(payload), overdue);
  }

  /** Runs one packet; a client that gave no ack simply hears nothing. Never throws. */
  private async answer(
    socket: AgentSocket,
    known: { name: string; handler: Handler } | undefined,
    args: unknown[],
  ): Promise<void> {
    const ack = args.at(-1);
    const payload = typeof ack === 'function' ? args.slice(0, -1) : args;
    const requestId = randomUUID();
    const { agentId } = socket.data.owner;
    const answer = await watchPacket({ requestId, name: known?.name, agentId }, () =>
      this.run(requestId, known?.handler, payload),
    );
    if (typeof ack !== 'function') return;
    // What was passed on before the answer is sent before it.
    flushFrames(socket.conn);
    (ack as (answer: Answer) => void)(answer);
  }

  private async run(requestId: string, handler: Handler | undefined, payload: unknown[]): Promise<Answer> {
    try {
      if (!handler) throw new DomainError('invalid_request', 'There is no such packet.');
      if (payload.length > 1) throw new DomainError('invalid_request', 'A packet has one payload.');
      return { ok: true, ...(await handler(payload[0])) };
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

const within =
  (limit: AckLimit, handler: LimitedHandler): Handler =>
  (payload) =>
    limit.run(async (overdue) => handler(payload, overdue));
