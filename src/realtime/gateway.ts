import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '../errors/domain-error.js';
import { toDomainError, toProblem, type Problem } from '../http/problem.js';
import { Admission } from './admission.js';
import { SessionContext, SocketSession } from './socket-session.js';
import { socketSink } from './socket-sink.js';
import { SocketWrites } from './socket-writes.js';
import { Sockets, type AgentSocket } from './sockets.js';
import { parseSubscribe, parseUnsubscribe } from './subscribe-packet.js';

type Answer = ({ ok: true } & object) | { ok: false; error: Problem };
type Handler = (payload: unknown) => Promise<object | void>;

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
    const session = new SocketSession(socket.data.owner, socketSink(socket), this.context);
    const handlers = new Map<string, Handler>([
      [
        'subscribe',
        async (payload) => {
          await this.writes.count(socket);
          return session.subscribe(parseSubscribe(payload));
        },
      ],
      ['unsubscribe', (payload) => session.unsubscribe(parseUnsubscribe(payload).chatIds)],
      ['refresh', (payload) => this.admission.refresh(socket, payload)],
    ]);
    const write = this.writes.of(socket);
    socket.onAny((name: string, ...args: unknown[]) => {
      void this.answer(handlers.get(name) ?? write(name), args);
    });
    socket.on('disconnect', () => session.close());
  }

  /** Runs one packet; a client that gave no ack simply hears nothing. Never throws. */
  private async answer(handler: Handler | undefined, args: unknown[]): Promise<void> {
    const ack = args.at(-1);
    const payload = typeof ack === 'function' ? args.slice(0, -1) : args;
    const answer = await this.run(handler, payload);
    if (typeof ack === 'function') (ack as (answer: Answer) => void)(answer);
  }

  private async run(handler: Handler | undefined, payload: unknown[]): Promise<Answer> {
    try {
      if (!handler) throw new DomainError('invalid_request', 'There is no such packet.');
      if (payload.length > 1) throw new DomainError('invalid_request', 'A packet has one payload.');
      return { ok: true, ...(await handler(payload[0])) };
    } catch (error) {
      return { ok: false, error: this.problem(error) };
    }
  }

  private connectError(error: unknown): Error {
    const problem = this.problem(error);
    return Object.assign(new Error(problem.title), { data: problem });
  }

  private problem(error: unknown): Problem {
    const refusal = toDomainError(error);
    const requestId = randomUUID();
    if (refusal.code === 'internal_error') this.logger.error({ requestId, err: error }, 'packet failed');
    return toProblem(refusal, requestId);
  }
}
