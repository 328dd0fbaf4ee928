import { delayAfter, sleep, type Backoff } from './backoff.js';
import { Deliveries, type LostStretch } from './deliveries.js';
import { eachOf } from './history.js';
import { hasNetwork, onNetworkChange } from './network.js';
import { TalkSocket } from './socket.js';
import { closedError, isTransient, isUnauthorized, type TalkError } from './talk-error.js';
import type { Tokens } from './tokens.js';
import type { ClientState, Problem, TalkEvent } from './types.js';

/** Tries in a row that fail before it is called offline. */
const FAILURES = 3;
/** The longest that a timer can wait, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

export interface LinkOptions {
  /** The address of the next connection. */
  url: () => string;
  transports: ('websocket' | 'polling')[];
  timeout: number;
  backoff: Backoff;
}

/** What becomes of the link, and what it needs done. */
export interface LinkSink {
  state(state: ClientState): void;
  unauthorized(problem: Problem | undefined): void;
  /** Reads a stretch that is not replayed from the history, and passes it on. */
  heal(stretch: LostStretch, signal: AbortSignal): Promise<void>;
}

/** Keeps one connection that follows every talk: lost, it comes back; its token ending, it brings a newer one. */
export class Link {
  private current: TalkSocket | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly options: LinkOptions,
    private readonly tokens: Tokens,
    private readonly deliveries: Deliveries,
    private readonly sink: LinkSink,
  ) {}

  /** Runs until the signal is aborted, or the token is refused for good: then that is thrown. */
  async run(signal: AbortSignal, onLive: () => void): Promise<void> {
    const stopWatching = onNetworkChange(() => this.wake());
    signal.addEventListener('abort', () => this.reconnect(), { once: true });
    this.sink.state('connecting');
    try {
      await this.persist(signal, onLive);
    } catch (error) {
      this.sink.state('offline');
      if (isUnauthorized(error)) this.sink.unauthorized(error.problem);
      throw error;
    } finally {
      stopWatching();
    }
  }

  /** Ends the connection; the next one continues where it stopped. */
  reconnect(): void {
    this.current?.close();
  }

  private async persist(signal: AbortSignal, onLive: () => void): Promise<void> {
    let failures = 0;
    let refused = false;
    while (!signal.aborted) {
      try {
        await this.session(signal, () => {
          failures = 0;
          refused = false;
          onLive();
        });
      } catch (error) {
        if (signal.aborted) return;
        if (isUnauthorized(error)) refused = await this.renewAfter(error, refused);
        failures += 1;
      }
      if (signal.aborted) return;
      this.sink.state(failures >= FAILURES || !hasNetwork() ? 'offline' : 'recovering');
      await this.pause(failures, signal);
    }
  }

  /** One connection: resolves when it ends after it was live; throws what kept it from that. */
  private async session(signal: AbortSignal, onLive: () => void): Promise<void> {
    const token = await this.tokens.current();
    const { url, ...options } = this.options;
    if (signal.aborted) throw closedError();
    const ending = new AbortController();
    const socket = new TalkSocket({ ...options, token, url: url() }, (event: TalkEvent) =>
      this.deliveries.receive(event),
    );
    this.current = socket;
    try {
      await Promise.race([socket.connected(), aborted(signal, ending.signal)]);
      void socket.ended.then(() => ending.abort());
      await this.follow(socket, ending.signal);
      if (ending.signal.aborted) return;
      onLive();
      this.sink.state('live');
      this.renewInTime(socket, ending.signal);
      await socket.ended;
    } finally {
      ending.abort();
      socket.close();
      if (this.current === socket) this.current = undefined;
    }
  }

  private async follow(socket: TalkSocket, ending: AbortSignal): Promise<void> {
    let lost: LostStretch[] = [];
    await socket.subscribe(
      this.deliveries.resume(),
      (result) => (lost = this.deliveries.acknowledge(result)),
    );
    await eachOf(lost, (stretch) => this.sink.heal(stretch, ending));
  }

  /** @throws the refusal where there is no newer token, or a newer one was refused as well */
  private async renewAfter(refusal: TalkError, again: boolean): Promise<boolean> {
    try {
      const held = await this.tokens.current();
      if (!again && (await this.tokens.renew(held)) !== undefined) return true;
    } catch (error) {
      // The source may be back at the next try.
      if (isTransient(error)) return again;
    }
    throw refusal;
  }

  private renewInTime(socket: TalkSocket, signal: AbortSignal): void {
    const wait = Math.max(0, Math.min(this.tokens.renewAt - Date.now(), LONGEST));
    if (this.tokens.renewAt === Infinity) return;
    const renew = async (): Promise<void> => {
      await sleep(wait, signal);
      for (let failures = 0; ; failures += 1) {
        const token = await this.tokens.current().catch(() => undefined);
        if (token !== undefined) {
          socket.refresh(token);
          return this.renewInTime(socket, signal);
        }
        await sleep(delayAfter(this.options.backoff, failures), signal);
      }
    };
    // It ends with the connection.
    renew().catch(() => undefined);
  }

  /** Waits before the next try; news of the network ends the wait. */
  private async pause(failures: number, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    this.wake = () => waiting.abort();
    signal.addEventListener('abort', this.wake, { once: true });
    const wait = delayAfter(this.options.backoff, failures);
    await sleep(wait, waiting.signal).catch(() => undefined);
    signal.removeEventListener('abort', this.wake);
    this.wake = () => undefined;
  }
}

/** Rejects when the signal is aborted; nobody listens to it any more once the session is over. */
const aborted = (signal: AbortSignal, over: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(closedError());
    signal.addEventListener('abort', () => reject(closedError()), { once: true, signal: over });
  });
