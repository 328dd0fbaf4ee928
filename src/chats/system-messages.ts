import type { StreamTransaction } from '../events/stream-transaction.js';

/** What a system message tells, for people and for programs. */
export interface SystemNotice {
  text: string;
  code: 'participant_joined' | 'participant_left';
  /** Who joined or left. */
  agentId: string;
  /** Who brought it about. */
  actorId: string;
}

/** Writes system messages into a talk; bound to the messages feature by the application. */
export abstract class SystemMessages {
  /** Writes the message and its `message_created` event; the talk's stream has to be locked. */
  abstract write(
    transaction: StreamTransaction,
    chat: { id: string; customer_id: string },
    notice: SystemNotice,
  ): void;
}
