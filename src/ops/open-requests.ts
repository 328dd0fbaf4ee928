import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';

/** Where Node tells of requests, whichever server or framework takes them; Socket.IO's polling passes Fastify by. */
const CHANNEL = 'http.server.request.start';

/** Milliseconds between two looks whether the last answer is out. */
const LOOK_EVERY = 20;

/** The HTTP requests in work. While Talk stops, every answer ends its connection. */
@Injectable()
export class OpenRequests implements OnModuleInit, OnApplicationShutdown {
  private readonly answers = new Set<ServerResponse>();

  constructor(private readonly lifecycle: Lifecycle) {}

  get count(): number {
    return this.answers.size;
  }

  onModuleInit(): void {
    subscribe(CHANNEL, this.add);
  }

  onApplicationShutdown(): void {
    unsubscribe(CHANNEL, this.add);
  }

  /** Has the clients of the requests in work come back on other connections, so to other replicas. */
  endConnections(): void {
    for (const answer of this.answers) endConnection(answer);
  }

  /** Resolves once no request is in work and each answer is with the operating system. */
  async settled(): Promise<void> {
    while (this.answers.size > 0) await sleep(LOOK_EVERY);
  }

  private readonly add = (message: unknown): void => {
    const { response: answer } = message as { response: ServerResponse };
    this.answers.add(answer);
    answer.once('close', () => this.answers.delete(answer));
    if (this.lifecycle.isStopping) endConnection(answer);
  };
}

function endConnection(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('Connection', 'close');
}
