import { Emitter } from './emitter.js';
import { ListState } from './list-state.js';
import { closedError } from './talk-error.js';
import type { Talk, TalkEvent } from './types.js';
import type { PersistRead, ViewSource } from './view-source.js';

const PAGE = 50;
/** Newest messages that tell which talks were active last, and talks read for their sake. */
const RECENT = 100;
const RECENT_TALKS = 20;

/**
 * The talks that I am in, newest activity first, kept current. Talks come in pages by their creation;
 * one that something happens in is there from then on, whatever its page.
 */
export class TalkListView {
  private readonly emitter = new Emitter<{ change: void }>();
  private readonly stopListening: (() => void)[];
  private readonly state = new ListState();
  private nextPage = '';
  private isClosed = false;

  private constructor(
    private readonly client: ViewSource,
    private readonly persist: PersistRead,
  ) {
    this.stopListening = [
      client.on('event', (event) => this.hear(event)),
      client.on('resync', ({ chat_id }) => this.refresh(chat_id)),
      client.on('joined', ({ chat_id }) => {
        this.state.join(chat_id);
        this.refresh(chat_id);
      }),
      client.on('left', ({ chat_id }) => this.leave(chat_id)),
    ];
  }

  /** @throws TalkError */
  static async open(client: ViewSource, persist: PersistRead): Promise<TalkListView> {
    const view = new TalkListView(client, persist);
    try {
      await view.loadMore();
      await view.loadRecent();
    } catch (error) {
      view.close();
      throw error;
    }
    return view;
  }

  get talks(): Talk[] {
    return this.state.talks;
  }

  /** Whether there may be talks that are not loaded. */
  get hasMore(): boolean {
    return this.nextPage !== '';
  }

  /** Calls back after every change, until what this returns is called. */
  on(name: 'change', listener: () => void): () => void {
    return this.emitter.on(name, listener);
  }

  /** Loads the next page of talks. */
  async loadMore(): Promise<void> {
    const token = this.nextPage;
    const page = await this.state.reading(
      () => this.read(() => this.client.talks.list({ page_size: PAGE, ...(token && { page_token: token }) })),
      ({ result }) => result.forEach((talk) => this.state.put(talk)),
    );
    this.nextPage = page.result.length < PAGE ? '' : page.next_page_token;
    this.changed();
  }

  /** Keeps it current no longer. */
  close(): void {
    this.isClosed = true;
    for (const stop of this.stopListening) stop();
  }

  /** The newest messages tell when something last happened; their talks may not be on the page. */
  private async loadRecent(): Promise<void> {
    const { result } = await this.read(() => this.client.messages.list({ order: 'desc', page_size: RECENT }));
    const times = new Map<string, string>();
    for (const { chat_id, tm_create } of result) if (!times.has(chat_id)) times.set(chat_id, tm_create);
    for (const [chatId] of [...times].slice(0, RECENT_TALKS)) {
      if (!this.state.has(chatId)) await this.load(chatId);
    }
    for (const [chatId, time] of times) this.state.touch(chatId, time);
  }

  private hear(event: TalkEvent): void {
    const { chat_id, type } = event;
    if (type === 'chat_joined' || type === 'chat_left') return;
    if (type === 'chat_deleted') return this.leave(chat_id);
    this.state.apply(event);
    if (this.state.has(chat_id)) this.changed();
    else this.refresh(chat_id);
  }

  private leave(chatId: string): void {
    this.state.leave(chatId);
    this.changed();
  }

  private refresh(chatId: string): void {
    // One that may not be read was left meanwhile, which is told by itself.
    this.load(chatId).then(
      () => this.changed(),
      () => undefined,
    );
  }

  private async load(chatId: string): Promise<void> {
    await this.state.reading(
      () => this.read(() => this.client.talks.get(chatId)),
      (talk) => this.state.put(talk, true),
    );
  }

  private read<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    return this.persist(() => (this.isClosed ? Promise.reject(closedError()) : read()));
  }

  private changed(): void {
    this.emitter.emit('change', undefined);
  }
}
