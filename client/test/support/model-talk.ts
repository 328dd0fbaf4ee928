import type { Message, MessagePage, Participant, Talk, TalkEvent } from '../../src/types.js';

const CHAT = 'a talk';

/** What happens in a talk; numbers choose among what is there. */
export type Change =
  | {
      kind: 'send' | 'reply' | 'edit' | 'delete' | 'react' | 'unreact' | 'add' | 'remove' | 'close';
      pick: number;
    }
  | { kind: 'rename'; pick: number };

/** A talk as the server keeps it: each change makes one event, and a snapshot shows what all events have done. */
export class ModelTalk {
  readonly events: TalkEvent[] = [];
  private messages: Message[] = [];
  private participants: Participant[] = [];
  private chat = {
    id: CHAT,
    name: '',
    status: 'active',
    member_count: 0,
    seq: 0,
    tm_update: time(0),
  } as Talk;

  get talk(): Talk {
    return { ...this.chat, seq: this.events.length, member_count: this.participants.length };
  }

  get members(): Participant[] {
    return [...this.participants];
  }

  /** The newest first, as a view asks. */
  page({ before = Infinity, size }: { before?: number; size: number }): MessagePage {
    const older = this.messages.filter(({ seq }) => seq < before).reverse();
    return this.pageOf(older.slice(0, size));
  }

  thread(parentId: string): MessagePage {
    return this.pageOf(this.messages.filter(({ parent_id }) => parent_id === parentId));
  }

  from(oldest: number): Message[] {
    return this.messages.filter(({ seq }) => seq >= oldest);
  }

  change({ kind, pick }: Change): void {
    const seq = this.events.length + 1;
    const target = this.messages[pick % Math.max(1, this.messages.length)];
    if (kind === 'send') return this.send(seq);
    if (kind === 'add') return this.add(seq);
    if (kind === 'remove') return this.remove(seq, pick);
    if (kind === 'rename' || kind === 'close') return this.setChat(seq, kind, pick);
    if (!target) return;
    if (kind === 'reply') return this.send(seq, target);
    if (kind === 'edit') return this.write(seq, 'message_updated', { ...target, text: `edited ${seq}` });
    if (kind === 'delete')
      return this.write(seq, 'message_deleted', { ...target, text: '', tm_delete: time(seq) });
    this.react(seq, kind, target, pick);
  }

  private pageOf(result: Message[]): MessagePage {
    return { result, next_page_token: '', seq: this.events.length };
  }

  private tell(type: string, data: object): void {
    const seq = this.events.length + 1;
    this.events.push({ type, chat_id: CHAT, seq, tm_create: time(seq), data } as TalkEvent);
  }

  private replace(message: Message): void {
    this.messages = this.messages.map((one) => (one.id === message.id ? message : one));
  }

  private send(seq: number, parent?: Message): void {
    const message = {
      id: `message ${seq}`,
      chat_id: CHAT,
      ...(parent && { parent_id: parent.id }),
      text: `text ${seq}`,
      metadata: { reactions: [] as object[] },
      reply_count: 0,
      seq,
      tm_create: time(seq),
      tm_update: time(seq),
    } as unknown as Message;
    if (parent) this.replace({ ...parent, reply_count: parent.reply_count + 1 });
    this.messages = [...this.messages, message];
    this.tell('message_created', message);
  }

  private write(seq: number, type: string, changed: Message): void {
    const message = { ...changed, tm_update: time(seq) };
    this.replace(message);
    this.tell(type, message);
  }

  private react(seq: number, kind: 'react' | 'unreact', target: Message, pick: number): void {
    const { reactions } = target.metadata;
    const one = reactions[pick % Math.max(1, reactions.length)];
    const added = {
      emoji: '👍',
      owner_type: 'agent' as const,
      owner_id: `agent ${pick}`,
      tm_create: time(seq),
    };
    if (kind === 'unreact' && !one) return;
    const next = kind === 'react' ? [...reactions, added] : reactions.filter((reaction) => reaction !== one);
    this.replace({ ...target, metadata: { reactions: next }, tm_update: time(seq) });
    const type = kind === 'react' ? 'reaction_added' : 'reaction_removed';
    this.tell(type, { ...(kind === 'react' ? added : one), message_id: target.id });
  }

  private add(seq: number): void {
    const participant = { id: `participant ${seq}`, chat_id: CHAT, tm_joined: time(seq) } as Participant;
    this.participants = [...this.participants, participant];
    this.tell('participant_joined', participant);
  }

  private remove(_: number, pick: number): void {
    const participant = this.participants[pick % Math.max(1, this.participants.length)];
    if (!participant) return;
    this.participants = this.participants.filter((one) => one !== participant);
    this.tell('participant_left', participant);
  }

  private setChat(seq: number, kind: 'rename' | 'close', pick: number): void {
    const change = kind === 'rename' ? { name: `name ${pick}` } : { status: 'closed' as const };
    this.chat = { ...this.chat, ...change, tm_update: time(seq) };
    this.tell(kind === 'rename' ? 'chat_updated' : 'chat_closed', { ...this.talk, seq });
  }
}

const time = (seq: number): string => String(seq).padStart(6, '0');
