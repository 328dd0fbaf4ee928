import { io, type Socket } from 'socket.io-client';
import type { Json } from './api.js';
import { conformance, type Conformance } from './conformance.js';

/** An event as a client sees it. */
export interface ReceivedEvent {
  type: string;
  chat_id: string;
  seq: number;
  tm_create: string;
  data: Json;
}

const PATIENCE = 10_000;

/** A Socket.IO client that writes down everything it is sent, in order, and holds it against the documents. */
export class Client {
  readonly events: ReceivedEvent[] = [];
  private readonly waiting = new Set<() => void>();

  /** What it was sent that the documents do not tell of. */
  readonly undocumented: Error[] = [];

  constructor(
    readonly socket: Socket,
    private readonly documents: Conformance,
  ) {
    socket.onAny((name: string, event: ReceivedEvent) => {
      this.events.push(event);
      this.hold(() => documents.checkEvent(name, event));
      for (const look of this.waiting) look();
    });
  }

  async emit(packet: string, payload?: unknown): Promise<Json> {
    const ack: Json = await this.socket.timeout(PATIENCE).emitWithAck(packet, payload);
    this.documents.checkAck(packet, ack);
    return ack;
  }

  subscribe(packet: object = {}): Promise<Json> {
    return this.emit('subscribe', packet);
  }

  /** The events of one talk, in the order they came. */
  of(chatId: string): ReceivedEvent[] {
    return this.events.filter(({ chat_id }) => chat_id === chatId);
  }

  /** Resolves once what was received satisfies the condition. */
  until(condition: (events: ReceivedEvent[]) => boolean, what = 'the awaited events'): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        const seen = this.events.map(({ type, seq }) => `${type}:${seq}`).join(' ');
        reject(new Error(`${what} did not come within ${PATIENCE} ms; got: ${seen}`));
      }, PATIENCE);
      const look = (): void => {
        if (!condition(this.events)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Resolves once the talk's event of this seq is there. */
  reach(chatId: string, seq: number): Promise<void> {
    return this.until(
      (events) => events.some((event) => event.chat_id === chatId && event.seq >= seq && !isOwn(event)),
      `seq ${seq}`,
    );
  }

  close(): void {
    this.socket.disconnect();
  }

  /** A listener's error would be nobody's, so it is kept until the world ends. */
  private hold(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.undocumented.push(error as Error);
    }
  }
}

/** Events of the agent's own stream; their seq is the talk's of that moment. */
export const isOwn = ({ type }: ReceivedEvent): boolean => type === 'chat_joined' || type === 'chat_left';

/** Connects with a token; rejects with what the server says where it refuses. */
export async function connect(url: string, token?: string): Promise<Client> {
  const documents = await conformance(url);
  const socket = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    ...(token !== undefined && { auth: { token } }),
  });
  const client = new Client(socket, documents);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  }).catch((error: Error & { data?: unknown }) => {
    if (error.data !== undefined) documents.checkProblem(error.data, 'connect_error');
    throw error;
  });
  return client;
}
