import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Lifecycle } from './lifecycle.js';

/** Where Node tells of requests, whichever server or framework takes them; Socket.IO's polling passes Fastify by. */
const CHANNEL = 'http.server.request.start';

/** Milliseconds between two looks whether the last answer is out. */
const LOOK_EVERY = 20;

/** Milliseconds between two looks for answers that nobody reads. */
const UNREAD_EVERY = 500;
/** Answers on their way for over a second beyond which the oldest end early. */
const UNREAD_AT_MOST = 500;
const LEAST_TIME = 1_000;

/**
 * The HTTP requests in work. An answer that its caller does not read in time ends its connection, and so
 * does every answer while Talk stops.
 */
@Injectable()
export class OpenRequests implements OnModuleInit, OnApplicationShutdown {
  /** With the moment at which each was first seen to be on its way. */
  private readonly answers = new Map<ServerResponse, number | undefined>();
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly lifecycle: Lifecycle,
    @Inject(Settings) private readonly settings: Pick<Settings, 'sendLimit'>,
  ) {}

  get count(): number {
    return this.answers.size;
  }

  onModuleInit(): void {
    subscribe(CHANNEL, this.add);
    this.watch = setInterval(() => this.endUnread(performance.now()), UNREAD_EVERY);
  }

  onApplicationShutdown(): void {
    unsubscribe(CHANNEL, this.add);
    clearInterval(this.watch);
  }

  /** Has the clients of the requests in work come back on other connections, so to other replicas. */
  endConnections(): void {
    for (const answer of this.answers.keys()) endConnection(answer);
  }

  /** Resolves once no request is in work and each answer is with the operating system. */
  async settled(): Promise<void> {
    while (this.answers.size > 0) await sleep(LOOK_EVERY);
  }

  /** Of a request that nothing comes of any more: Node tells of the end of answers only that have begun. */
  drop(answer: ServerResponse): void {
    this.answers.delete(answer);
  }

  private endUnread(now: number): void {
    const late: ServerResponse[] = [];
    for (const [answer, since] of this.answers) {
      if (!answer.headersSent) continue;
      if (since === undefined) this.answers.set(answer, now);
      else if (now - since > this.settings.sendLimit) answer.req.socket.destroy();
      else if (now - since > LEAST_TIME) late.push(answer);
    }
    for (const answer of late.slice(0, -UNREAD_AT_MOST)) answer.req.socket.destroy();
  }

  private readonly add = (message: unknown): void => {
    const { response: answer } = message as { response: ServerResponse };
    this.answers.set(answer, undefined);
    answer.once('close', () => this.answers.delete(answer));
    if (this.lifecycle.isStopping) endConnection(answer);
  };
}

function endConnection(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('Connection', 'close');
}
