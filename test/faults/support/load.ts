import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { TalkClient } from '../../../client/src/talk-client.js';
import type { TalkError } from '../../../client/src/talk-error.js';
import type { NewMessage } from '../../../client/src/types.js';
import { MESSAGES } from '../../support/builders.js';
import type { TestAgent } from '../../support/world.js';
import { post } from './http.js';

/** Milliseconds between two tries of a send whose outcome is not known. */
const BACKOFF = { from: 100, to: 200 };
const ACK_LIMIT = 30_000;

/** A talk that the load sends to, and who sends. */
export interface LoadedTalk {
  id: string;
  senders: TestAgent[];
}

/** One try of a send: the status of its answer, or the code of what went wrong. */
export interface Attempt {
  /** When it began; milliseconds by the clock of this process, as all times here. */
  at: number;
  took: number;
  result: number | string;
  retryAfter?: string;
}

/** A message that was to be sent, with all that is known of it. */
export interface Send {
  chatId: string;
  sender: TestAgent;
  clientMessageId: string;
  attempts: Attempt[];
  /** As Jepsen has it: acknowledged, refused for good, or neither is known. */
  outcome: 'ok' | 'failed' | 'unknown';
  /** The message's, once acknowledged. */
  seq?: number;
}

/** What the senders are told of where to send. */
export interface LoadOptions {
  talks: LoadedTalk[];
  /** The replica of the next REST call. */
  pickUrl: () => string;
  /** Every how manieth message goes over its sender's socket; none by default. */
  socketEvery?: number;
  /** Whether REST connections are kept open between calls; they are by default. */
  keepAlive?: boolean;
  /** Characters of every text, at the least; short ones by default. */
  textLength?: number;
}

/** Sends messages over REST and sockets, and writes down what became of each. */
export class Load {
  readonly sends: Send[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly sockets = new Map<TestAgent, Promise<Socket>>();
  private stopped = false;
  private count = 0;

  constructor(private readonly options: LoadOptions) {}

  /**
   * Sends at this rate, in messages per second, whatever becomes of the sends before, until `stop`;
   * where `atOnce` wait for their answers, the next ones go as soon as there is room.
   */
  start(perSecond: number, atOnce = Infinity): void {
    const from = performance.now();
    let sent = 0;
    const tick = (): void => {
      if (this.stopped) return;
      const due = Math.floor(((performance.now() - from) / 1000) * perSecond);
      for (; sent < due && this.running.size < atOnce; sent += 1) void this.begin();
      setTimeout(tick, 5);
    };
    tick();
  }

  /** Sends so many in all, so many at a time, each as soon as another one is through. */
  async run(total: number, atOnce: number): Promise<void> {
    let left = total;
    const worker = async (): Promise<void> => {
      while (left > 0 && !this.stopped) {
        left -= 1;
        await this.begin();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  /** Sends no more; resolves when every send has had its answer. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  /**
   * Sends again whatever has no known outcome, through the client, which tries until there is one. Before
   * that each try goes out alone, past the client: how a single one is answered is judged as well.
   */
  async resolveUnknown(): Promise<void> {
    const unknown = this.sends.filter(({ outcome }) => outcome === 'unknown');
    await Promise.all(unknown.map((send) => this.sendUntilKnown(send)));
  }

  private async sendUntilKnown(send: Send): Promise<void> {
    const client = new TalkClient({ url: this.options.pickUrl, token: send.sender.token, backoff: BACKOFF });
    const at = performance.now();
    const { result, seq } = await client.messages.send(this.bodyOf(send)).then(
      (message): Result => ({ result: 200, seq: message.seq }),
      (error: TalkError): Result => ({ result: error.status || error.code }),
    );
    this.record(send, { at, took: performance.now() - at, result }, seq);
  }

  close(): void {
    for (const socket of this.sockets.values())
      void socket.then(
        (one) => one.disconnect(),
        () => undefined,
      );
  }

  private begin(): Promise<void> {
    const { talks, socketEvery } = this.options;
    const index = this.count++;
    const talk = talks[index % talks.length] as LoadedTalk;
    const sender = talk.senders[Math.floor(index / talks.length) % talk.senders.length] as TestAgent;
    const send: Send = {
      chatId: talk.id,
      sender,
      clientMessageId: randomUUID(),
      attempts: [],
      outcome: 'unknown',
    };
    this.sends.push(send);
    const bySocket = socketEvery !== undefined && index % socketEvery === 0;
    const running = this.attempt(send, bySocket).finally(() => this.running.delete(running));
    this.running.add(running);
    return running;
  }

  /** Never throws: what went wrong is the result. */
  private async attempt(send: Send, bySocket: boolean): Promise<void> {
    const at = performance.now();
    const body = this.bodyOf(send);
    const { result, seq, retryAfter } = await (bySocket
      ? this.bySocket(send.sender, body)
      : this.byRest(send.sender, body));
    this.record(send, { at, took: performance.now() - at, result, retryAfter }, seq);
  }

  private record(send: Send, attempt: Attempt, seq: number | undefined): void {
    send.attempts.push(attempt);
    const { result } = attempt;
    if (result === 200) Object.assign(send, { outcome: 'ok', seq });
    else if (typeof result === 'number' && result < 500) send.outcome = 'failed';
  }

  private bodyOf({ chatId, clientMessageId }: Send): NewMessage {
    return {
      chat_id: chatId,
      text: `message ${clientMessageId}`.padEnd(this.options.textLength ?? 0, '.'),
      client_message_id: clientMessageId,
    };
  }

  private async byRest({ token }: TestAgent, body: NewMessage): Promise<Result> {
    const { pickUrl, keepAlive } = this.options;
    try {
      const answer = await post(pickUrl(), MESSAGES, token, body, keepAlive);
      const seq = answer.status === 200 ? (JSON.parse(answer.body) as { seq: number }).seq : undefined;
      return { result: answer.status, seq, retryAfter: answer.headers['retry-after'] };
    } catch (error) {
      return { result: (error as { code?: string }).code ?? String(error) };
    }
  }

  private async bySocket(sender: TestAgent, body: NewMessage): Promise<Result> {
    try {
      const socket = await this.socketOf(sender);
      const ack = (await socket.timeout(ACK_LIMIT).emitWithAck('message_create', body)) as SendAck;
      return ack.ok ? { result: 200, seq: ack.data.seq } : { result: ack.error.status };
    } catch (error) {
      return { result: (error as Error).message };
    }
  }

  /** A socket that only sends; one whose connection has ended is replaced at the next send. */
  private socketOf(sender: TestAgent): Promise<Socket> {
    const present = this.sockets.get(sender);
    if (present) return present;
    const socket = io(this.options.pickUrl(), {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { token: sender.token },
    });
    const connected = new Promise<Socket>((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', reject);
    });
    this.sockets.set(sender, connected);
    const forget = (): void => void (this.sockets.get(sender) === connected && this.sockets.delete(sender));
    socket.once('disconnect', forget);
    socket.once('connect_error', forget);
    return connected;
  }
}

interface Result {
  result: number | string;
  seq?: number;
  retryAfter?: string;
}

type SendAck = { ok: true; data: { seq: number } } | { ok: false; error: { status: number } };
