import { Emitter } from './emitter.js';
import { closedError, isTransient, TalkError } from './talk-error.js';
import type { Message, MessagePage, MessageQuery, Participant, Talk } from './types.js';
import type { PersistRead, ViewSource } from './view-source.js';
import { ViewState } from './view-state.js';

/** Messages that are read at a time. */
const PAGE = 50;
const LARGEST_PAGE = 100;

/**
 * One talk, kept current: its participants, the messages loaded so far and the threads. What it shows
 * is always what a snapshot would, once every event has come.
 */
export class TalkView {
  private readonly emitter = new Emitter<{ change: void }>();
  private readonly stopListening: (() => void)[];
  private readonly threads = new Set<string>();
  private state = new ViewState();
  /** What is read anew, beside what is shown. */
  private next: ViewState | undefined;
  private loading: Promise<void> | undefined;
  private isStale = false;
  private isClosed = false;
  private why: 'left' | 'deleted' | undefined;

  private constructor(
    private readonly client: ViewSource,
    private readonly chatId: string,
    private readonly persist: PersistRead,
  ) {
    const mine = (react: () => void) => (told: { chat_id: string }) => {
      if (told.chat_id === this.chatId) react();
    };
    this.stopListening = [
      client.on('event', (event) => {
        if (event.chat_id !== chatId || event.type === 'chat_joined' || event.type === 'chat_left') return;
        this.next?.apply(event);
        this.state.apply(event);
        if (event.type === 'chat_deleted') this.why = 'deleted';
        this.emitter.emit('change', undefined);
      }),
      client.on('resync', mine(this.reload)),
      client.on('joined', mine(this.reload)),
      client.on(
        'left',
        mine(() => this.end('left')),
      ),
      client.on('state', (state) => {
        if (state === 'live' && this.isStale) this.reload();
      }),
    ];
  }

  /** @throws TalkError where the talk may not be read */
  static async open(client: ViewSource, chatId: string, persist: PersistRead): Promise<TalkView> {
    const view = new TalkView(client, chatId, persist);
    try {
      await view.load();
      // What was heard meanwhile may have it read anew, and then nothing is there before that is done.
      while (view.loading) await view.loading;
    } catch (error) {
      view.close();
      throw error;
    }
    return view;
  }

  get talk(): Talk {
    if (!this.state.talk) throw closedError();
    return this.state.talk;
  }

  /** Oldest first. */
  get participants(): Participant[] {
    return this.state.participants;
  }

  /** Those loaded, replies and tombstones too, ascending by seq; up to the newest there is no hole. */
  get messages(): Message[] {
    return this.state.messages;
  }

  get hasOlder(): boolean {
    return this.state.hasOlder;
  }

  /** Why nothing more comes; `undefined` while I am in the talk. */
  get ended(): 'left' | 'deleted' | undefined {
    return this.why;
  }

  /** The loaded replies to a message, ascending by seq; all of them after `loadThread`. */
  thread(parentId: string): Message[] {
    return this.state.thread(parentId);
  }

  /** Calls back after every change, until what this returns is called. */
  on(name: 'change', listener: () => void): () => void {
    return this.emitter.on(name, listener);
  }

  /** Loads a page of messages before the oldest one. */
  async loadOlder(): Promise<void> {
    await this.loading;
    const { state } = this;
    if (state.hasOlder) await this.readOlder(state, PAGE);
    this.emitter.emit('change', undefined);
  }

  /** Loads all replies to a message. */
  async loadThread(parentId: string): Promise<void> {
    await this.loading;
    this.threads.add(parentId);
    await this.readThread(this.state, parentId);
    this.emitter.emit('change', undefined);
  }

  /** Keeps it current no longer. */
  close(): void {
    this.isClosed = true;
    for (const stop of this.stopListening) stop();
  }

  private end(why: 'left' | 'deleted'): void {
    this.why ??= why;
    this.emitter.emit('change', undefined);
  }

  /** Reads anew what is loaded; only when that is there, it takes the place of what is shown. */
  private readonly reload = (): void => {
    this.load().then(
      () => this.emitter.emit('change', undefined),
      (error: unknown) => {
        if (this.next !== undefined) return;
        // What may not be read any more has ended; all else is read when the client is back.
        if (error instanceof TalkError && [403, 404].includes(error.status)) return this.end('left');
        this.isStale = true;
        if (mayComeBack(error) && !this.isClosed && this.client.state === 'live') this.reload();
      },
    );
  };

  private load(): Promise<void> {
    const loading = this.readAll().finally(() => {
      if (this.loading === loading) this.loading = undefined;
    });
    this.loading = loading;
    // Who waits for it hears of its failure here or there.
    loading.catch(() => undefined);
    return loading;
  }

  private async readAll(): Promise<void> {
    const next = new ViewState();
    this.next = next;
    this.isStale = false;
    const wanted = this.state.oldest;
    try {
      await next.reading(
        () => this.read(() => this.client.participants.list(this.chatId)),
        (participants) => next.setParticipants(participants),
      );
      await next.reading(
        () => this.read(() => this.client.talks.get(this.chatId)),
        (talk) => next.setTalk(talk),
      );
      await this.readOlder(next, PAGE);
      while (next.hasOlder && next.oldest > wanted) await this.readOlder(next, LARGEST_PAGE);
      for (const parentId of this.threads) await this.readThread(next, parentId);
    } catch (error) {
      if (this.next === next) this.next = undefined;
      throw error;
    }
    if (this.next !== next) return;
    this.next = undefined;
    this.state = next;
    this.why = undefined;
  }

  private async readOlder(state: ViewState, size: number): Promise<void> {
    const before = state.oldest === Infinity ? {} : { before_seq: state.oldest };
    await state.reading(
      () => this.page({ ...before, order: 'desc', page_size: size }),
      (page) => state.addOlder(page, page.result.length < size),
    );
  }

  private async readThread(state: ViewState, parentId: string): Promise<void> {
    for (let after = 0; ;) {
      const query = { parent_id: parentId, after_seq: after, page_size: LARGEST_PAGE };
      const { result } = await state.reading(
        () => this.page(query),
        (page) => state.add(page.result, page.seq),
      );
      if (result.length < LARGEST_PAGE) return;
      after = result.at(-1)?.seq ?? after;
    }
  }

  private page(query: MessageQuery): Promise<MessagePage> {
    return this.read(() => this.client.messages.list({ ...query, chat_id: this.chatId }));
  }

  private read<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    return this.persist(() => (this.isClosed ? Promise.reject(closedError()) : read()));
  }
}

/** Also what ended with a `close` that was followed by a `connect`. */
const mayComeBack = (error: unknown): boolean =>
  isTransient(error) || (error instanceof TalkError && error.code === 'closed');
