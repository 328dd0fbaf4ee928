import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { requireChat, requireOpen, requireParticipant } from '../chats/chat.rules.js';
import { ChatsRepository, type ChatForSending } from '../chats/chats.repository.js';
import { DomainError } from '../errors/domain-error.js';
import { EventLog } from '../events/event-log.js';
import type { EventSlot, StreamTransaction } from '../events/stream-transaction.js';
import { chatStream, type StreamKey } from '../events/stream.js';
import { commitBatchSize } from '../ops/metrics.js';
import type { Origin } from '../ops/origin.js';
import { Idempotency, type IdempotentWrite } from '../idempotency/idempotency.js';
import type { Media } from './message.entity.js';
import { presentMessage, type MessageResource, type MessageRow } from './message.presenter.js';
import { MessagesRepository, newMessage } from './messages.repository.js';

/** A message that somebody sends, checked as far as it can be without its talk. */
export interface Send {
  /** What the message will be known by. */
  id: string;
  chatId: string;
  caller: Principal;
  content: { parent_id?: string; text: string; medias: Media[]; client_message_id?: string };
  write: IdempotentWrite;
  /** The call it comes from, where somebody wants to know. */
  origin: Origin | undefined;
}

/** What becomes of a send: its message, or why it is refused. */
export type SendOutcome = MessageResource | DomainError;

/** What is known of a send under the lock of its talk. */
interface Facts {
  earlier: string | DomainError | undefined;
  chat: ChatForSending | undefined;
  /** The talk that the parent is in. */
  parentChatId: string | undefined;
}

/** Writes many sends in one transaction, each by its own rules. */
@Injectable()
export class MessageSender {
  constructor(
    private readonly log: EventLog,
    private readonly messages: MessagesRepository,
    private readonly chats: ChatsRepository,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Writes sends to any talks, in order, and waits for no lock. The outcomes by position; `undefined`
   * where somebody else is at the talk just now.
   */
  writeFree(sends: Send[]): Promise<(SendOutcome | undefined)[]> {
    const work: SendWork = (transaction) => this.write(transaction, sends);
    return observed(this.log.writeFree(streamsOf(sends), work, originsOf(sends)));
  }

  /** The same, once nobody else is at these talks. */
  async writeAll(sends: Send[]): Promise<SendOutcome[]> {
    const work: SendWork = (transaction) => this.write(transaction, sends);
    const outcomes = await observed(this.log.write(streamsOf(sends), work, originsOf(sends)));
    return outcomes.map((outcome) => outcome ?? new DomainError('talk_not_found', 'The talk was just made.'));
  }

  /** Many sends take as few statements as one: what is asked travels together, and so does what is written. */
  private async write(transaction: StreamTransaction, sends: Send[]): Promise<(SendOutcome | undefined)[]> {
    const facts = await this.ask(transaction, sends);
    const accepted: Accepted[] = [];
    const decisions = sends.map((send, index) => {
      const known = facts[index] as Facts;
      const stream = chatStream(send.chatId);
      if (known.chat && !transaction.holds(stream)) return undefined;
      if (known.earlier) return known.earlier;
      const chat = admit(send, known);
      if (chat instanceof DomainError) return chat;
      accepted.push({ send, chat, slot: transaction.stream(stream).nextSlot() });
      return send.id;
    });
    const made = new Set(accepted.map(({ send }) => send.id));
    const left = sends.filter(({ id }, index) => !made.has(id) && !facts[index]?.earlier);
    this.idempotency.release(
      transaction,
      left.map(({ write }) => write),
    );
    const repeated = facts.flatMap(({ earlier }) => (typeof earlier === 'string' ? earlier : []));
    const messages = new Map([
      ...this.create(transaction, accepted),
      ...(await this.reread(transaction, repeated)),
    ]);
    return decisions.map((decision) => (typeof decision === 'string' ? messages.get(decision) : decision));
  }

  private async ask(transaction: StreamTransaction, sends: Send[]): Promise<Facts[]> {
    const [earlier, chats, parentChats] = await Promise.all([
      this.idempotency.claimAll(
        transaction,
        sends.map(({ write }) => write),
      ),
      this.chats.findForSending(
        transaction,
        sends.map(({ chatId, caller }) => ({ chatId, agentId: caller.agentId })),
      ),
      this.messages.chatsOf(
        transaction,
        sends.flatMap(({ content }) => content.parent_id ?? []),
      ),
    ]);
    return sends.map(({ content }, index) => ({
      earlier: earlier[index],
      chat: chats[index],
      parentChatId: content.parent_id && parentChats.get(content.parent_id),
    }));
  }

  /** Event of each: `message_created`. */
  private create(transaction: StreamTransaction, accepted: Accepted[]): [string, MessageResource][] {
    if (accepted.length === 0) return [];
    const rows = accepted.map(rowOf);
    this.messages.insert(transaction, rows);
    this.messages.countReplies(
      transaction,
      accepted.flatMap(({ send }) => send.content.parent_id ?? []),
    );
    return rows.map((row, index) => {
      const message = presentMessage(row);
      const slot = { seq: row.seq, time: row.tm_create };
      transaction
        .stream(chatStream(row.chat_id))
        .append('message_created', message, slot, accepted[index]?.send.origin);
      return [row.id, message];
    });
  }

  private async reread(transaction: StreamTransaction, ids: string[]): Promise<[string, MessageResource][]> {
    const rows = await this.messages.findAll(transaction, ids);
    return rows.map((row) => [row.id, presentMessage(row)]);
  }
}

interface Accepted {
  send: Send;
  chat: ChatForSending;
  slot: EventSlot;
}

type SendWork = (transaction: StreamTransaction) => Promise<(SendOutcome | undefined)[]>;

const originsOf = (sends: Send[]): Send['origin'][] => sends.map(({ origin }) => origin);

/** Counts what a transaction has decided. */
async function observed<Outcome>(deciding: Promise<Outcome[]>): Promise<Outcome[]> {
  const outcomes = await deciding;
  const decided = outcomes.filter((outcome) => outcome !== undefined).length;
  if (decided > 0) commitBatchSize.observe(decided);
  return outcomes;
}

const streamsOf = (sends: Send[]): StreamKey[] =>
  [...new Set(sends.map(({ chatId }) => chatId))].map(chatStream);

/** The talk, if the send may be written to it. */
function admit({ chatId, caller, content }: Send, known: Facts): ChatForSending | DomainError {
  try {
    const chat = requireChat(known.chat, caller);
    requireParticipant(chat);
    requireOpen(chat);
    if (content.parent_id && known.parentChatId !== chatId)
      throw DomainError.invalid('parent_id', 'must be a message of the same talk');
    return chat;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

const rowOf = ({ send, chat, slot }: Accepted): MessageRow =>
  newMessage({
    id: send.id,
    owner_id: send.caller.agentId,
    customer_id: chat.customer_id,
    chat_id: chat.id,
    seq: slot.seq,
    owner_type: 'agent',
    parent_id: send.content.parent_id ?? null,
    type: 'normal',
    text: send.content.text,
    medias: send.content.medias,
    system: null,
    client_message_id: send.content.client_message_id ?? null,
    tm_create: slot.time,
  });
