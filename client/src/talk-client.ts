import { persist, type Backoff } from './backoff.js';
import {
  AccessKeyCalls,
  AgentCalls,
  CustomerCalls,
  MessageCalls,
  ParticipantCalls,
  ReactionCalls,
  TalkCalls,
  persistWith,
} from './calls.js';
import { Deliveries, type LostStretch } from './deliveries.js';
import { Emitter } from './emitter.js';
import { readStretch, type ReadMessages } from './history.js';
import { Link } from './link.js';
import { request, Rest } from './rest.js';
import { closedError } from './talk-error.js';
import { TalkListView } from './talk-list-view.js';
import { TalkView } from './talk-view.js';
import { Tokens, type TokenSource } from './tokens.js';
import type { Agent, ClientEvents, ClientState, Credentials, Login, TalkEvent } from './types.js';
import type { PersistRead } from './view-source.js';

export interface TalkClientOptions {
  /** Where Talk is, as `https://talk.example.com`; a function is asked before every call and connection. */
  url: string | (() => string);
  /** A JWT or an access key, or a function that fetches one: at first, after a refusal, and before its end. */
  token: TokenSource;
  /** `['websocket']`; polling only where Talk has one replica, or sticky sessions. */
  transports?: ('websocket' | 'polling')[];
  /** Milliseconds in which one call is answered, or a connection stands; 20,000. */
  timeout?: number;
  /** Milliseconds in which the outcome of a send is sought; 120,000. */
  sendLimit?: number;
  /** Milliseconds before the second try of anything, and at most; 250 and 5,000. */
  backoff?: Backoff;
}

const TIMEOUT = 20_000;
const SEND_LIMIT = 120_000;
const BACKOFF: Backoff = { from: 250, to: 5_000 };

/** A client of Talk: every event of my talks once and in order, and every call of its API. */
export class TalkClient {
  readonly talks: TalkCalls;
  readonly participants: ParticipantCalls;
  readonly messages: MessageCalls;
  readonly reactions: ReactionCalls;
  readonly agents: AgentCalls;
  readonly accessKeys: AccessKeyCalls;
  readonly customers: CustomerCalls;
  private readonly emitter = new Emitter<ClientEvents>();
  private readonly deliveries: Deliveries;
  private readonly link: Link;
  private readonly rest: Rest;
  private readonly backoff: Backoff;
  private current: ClientState = 'offline';
  private closing = new AbortController();
  private opening: Promise<void> | undefined;

  constructor(options: TalkClientOptions) {
    const { transports = ['websocket'], timeout = TIMEOUT, backoff = BACKOFF } = options;
    const url = addressOf(options.url);
    const tokens = new Tokens(options.token);
    this.backoff = backoff;
    this.rest = new Rest({ url, timeout }, tokens);
    this.deliveries = new Deliveries({
      event: (event) => this.pass(event),
      resync: (chat_id) => this.emitter.emit('resync', { chat_id }),
      joined: (chat_id) => this.emitter.emit('joined', { chat_id }),
      left: (chat_id) => this.emitter.emit('left', { chat_id }),
      gap: () => this.link.reconnect(),
    });
    this.link = new Link({ url, transports, timeout, backoff }, tokens, this.deliveries, {
      state: (state) => this.enter(state),
      unauthorized: (problem) => this.emitter.emit('unauthorized', problem),
      heal: (stretch, signal) => this.heal(stretch, signal),
    });
    const limit = options.sendLimit ?? SEND_LIMIT;
    const untilKnown = persistWith(() => ({ backoff, limit, signal: this.closing.signal }));
    this.talks = new TalkCalls(this.rest, untilKnown);
    this.participants = new ParticipantCalls(this.rest);
    this.messages = new MessageCalls(this.rest, untilKnown);
    this.reactions = new ReactionCalls(this.rest);
    this.agents = new AgentCalls(this.rest);
    this.accessKeys = new AccessKeyCalls(this.rest);
    this.customers = new CustomerCalls(this.rest);
  }

  /**
   * A token for a username and a password.
   * @throws TalkError `invalid_credentials`, `rate_limited`
   */
  static login({ url, ...body }: Credentials & { url: string }): Promise<Login> {
    return request({ url: () => url, timeout: TIMEOUT }, 'POST', '/auth/login', { body });
  }

  get state(): ClientState {
    return this.current;
  }

  /** The last seq of each talk that listeners were given. */
  get positions(): ReadonlyMap<string, number> {
    return this.deliveries.positions;
  }

  /** Names the history that the positions belong to; another one after a restore, for instance. */
  get epoch(): string | undefined {
    return this.deliveries.currentEpoch;
  }

  /** Listens until what this returns is called. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (payload: ClientEvents[Name]) => void,
  ): () => void {
    return this.emitter.on(name, listener);
  }

  /**
   * Connects, and stays connected until `close`; resolves when it is live for the first time. After a
   * `close` it continues with what came meanwhile.
   * @throws TalkError where the token is refused
   */
  connect(): Promise<void> {
    this.opening ??= this.open();
    return this.opening;
  }

  /** Ends the connection, and the further tries of calls that have no outcome yet. */
  close(): void {
    this.closing.abort();
    this.closing = new AbortController();
    this.opening = undefined;
    this.enter('offline');
  }

  /** The agent that the token names. */
  me(): Promise<Agent> {
    return this.rest.call('GET', '/service_agents/me');
  }

  /**
   * A talk kept current, with its newest messages; waits until the client is live.
   * @throws TalkError where the talk may not be read, or the token is refused
   */
  async view(chatId: string): Promise<TalkView> {
    await this.connect();
    return TalkView.open(this, chatId, this.persistRead);
  }

  /**
   * The talks that I am in, newest activity first, kept current; waits until the client is live.
   * @throws TalkError where the token is refused
   */
  async talkList(): Promise<TalkListView> {
    await this.connect();
    return TalkListView.open(this, this.persistRead);
  }

  private readonly persistRead: PersistRead = (read) =>
    persist(read, { backoff: this.backoff, limit: Infinity, signal: this.closing.signal });

  private open(): Promise<void> {
    const { signal } = this.closing;
    const opening = new Promise<void>((resolve, reject) => {
      const ended = (error: Error): void => {
        if (this.opening === opening) this.opening = undefined;
        reject(error);
      };
      this.link.run(signal, resolve).then(() => ended(closedError()), ended);
    });
    // Whoever does not wait for it is told by the state.
    opening.catch(() => undefined);
    return opening;
  }

  private enter(state: ClientState): void {
    if (state === this.current) return;
    this.current = state;
    this.emitter.emit('state', state);
  }

  private pass<Event extends TalkEvent>(event: Event): void {
    this.emitter.emit(event.type, event);
    this.emitter.emit('event', event);
  }

  /** A talk whose history may not be read is left in a moment, so its events go on. */
  private async heal(stretch: LostStretch, signal: AbortSignal): Promise<void> {
    const read: ReadMessages = (query) =>
      persist(() => this.messages.list(query), { backoff: this.backoff, limit: Infinity, signal });
    try {
      await readStretch(stretch, read, (event) => this.deliveries.recover(event), signal);
    } catch (error) {
      if (signal.aborted) throw error;
    }
    this.deliveries.healed(stretch);
  }
}

const addressOf = (url: string | (() => string)): (() => string) =>
  typeof url === 'string' ? () => url : url;
