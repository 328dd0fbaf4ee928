import type { Message, Talk, TalkClient, TalkEvent } from 'talk-client';
import { Changes } from './changes.js';
import { ReadMarks } from './read-marks.js';

/** Newest messages over all talks that are read at the start. */
const RECENT = 100;

/** What the list shows of a talk beside the talk itself: its last message, what is unread, who is in it. */
export class Glances extends Changes {
  private readonly last = new Map<string, Message>();
  private readonly unread = new Map<string, Set<number>>();
  private readonly members = new Map<string, string[]>();
  private readonly asked = new Set<string>();
  private readonly marks: ReadMarks;

  constructor(
    private readonly client: TalkClient,
    private readonly meId: string,
  ) {
    super();
    this.marks = new ReadMarks(meId);
    client.on('event', (event) => this.hear(event));
    client.on('resync', ({ chat_id }) => {
      this.forgetMembers(chat_id);
      void this.load().catch(() => undefined);
    });
    client.on('joined', ({ chat_id }) => this.forgetMembers(chat_id));
  }

  async load(): Promise<void> {
    const { result } = await this.client.messages.list({ order: 'desc', page_size: RECENT });
    for (const message of result.reverse()) this.take(message);
    // Whoever is new here has not left anything unread.
    if (this.marks.isNew && this.last.size > 0)
      for (const message of [...this.last.values()]) this.read(message.chat_id, message.seq);
    this.changed();
  }

  lastOf(chatId: string): Message | undefined {
    return this.last.get(chatId);
  }

  unreadOf(chatId: string): number {
    return this.unread.get(chatId)?.size ?? 0;
  }

  /** The ids of the others in a talk; asked for where they are not known. */
  othersIn({ id }: Talk): string[] {
    const members = this.members.get(id);
    if (!members) this.askMembers(id);
    return (members ?? []).filter((each) => each !== this.meId);
  }

  /** Everything up to this seq was seen. */
  read(chatId: string, seq: number): void {
    if (this.marks.mark(chatId, seq) && this.unread.delete(chatId)) this.changed();
  }

  private hear(event: TalkEvent): void {
    const { type, chat_id } = event;
    if (type === 'message_created') this.take(event.data);
    else if (type === 'message_updated' || type === 'message_deleted') {
      if (this.last.get(chat_id)?.id === event.data.id) this.last.set(chat_id, event.data);
    } else if (type === 'participant_joined' || type === 'participant_left') this.forgetMembers(chat_id);
    else return;
    this.changed();
  }

  private take(message: Message): void {
    const { chat_id, seq, owner_id, type, tm_delete } = message;
    if (seq >= (this.last.get(chat_id)?.seq ?? 0)) this.last.set(chat_id, message);
    if (owner_id === this.meId || type === 'system' || tm_delete || seq <= this.marks.of(chat_id)) return;
    const seqs = this.unread.get(chat_id) ?? new Set();
    this.unread.set(chat_id, seqs.add(seq));
  }

  private forgetMembers(chatId: string): void {
    this.asked.delete(chatId);
    if (this.members.delete(chatId)) this.changed();
  }

  private askMembers(chatId: string): void {
    if (this.asked.has(chatId)) return;
    this.asked.add(chatId);
    this.client.participants.list(chatId).then(
      (participants) => {
        this.members.set(
          chatId,
          participants.map(({ owner_id }) => owner_id),
        );
        this.changed();
      },
      () => this.asked.delete(chatId),
    );
  }
}
