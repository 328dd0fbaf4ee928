import type { Message, NewMessage, TalkClient } from 'talk-client';
import { Changes } from './changes.js';
import { explain } from './explain.js';

/** A message on its way; `failure` says why it is not, until it is tried again. */
export interface Outgoing {
  key: string;
  message: NewMessage;
  failure: string | undefined;
}

/** Messages that were sent and are not in view yet, in the order in which they were written. */
export class Outbox extends Changes {
  private waiting: Outgoing[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly client: TalkClient) {
    super();
    client.on('message_created', ({ data }) => {
      if (data.client_message_id !== undefined) this.discard(data.client_message_id);
    });
  }

  /** Those of a talk, or of a thread in it, that are not among these, which may be read before they are heard of. */
  pending(chatId: string, parentId: string | undefined, shown: Message[]): Outgoing[] {
    const keys = new Set(shown.map(({ client_message_id }) => client_message_id));
    return this.waiting.filter(
      ({ key, message }) => message.chat_id === chatId && message.parent_id === parentId && !keys.has(key),
    );
  }

  send(message: NewMessage): void {
    const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
    this.waiting = [...this.waiting, { key, message, failure: undefined }];
    this.changed();
    this.post(key);
  }

  /** With the same key, so that it is sent once even if it was sent after all. */
  retry(key: string): void {
    this.note(key, undefined);
    this.post(key);
  }

  discard(key: string): void {
    const others = this.waiting.filter((outgoing) => outgoing.key !== key);
    if (others.length === this.waiting.length) return;
    this.waiting = others;
    this.changed();
  }

  /** One after the other: they arrive as they were written. */
  private post(key: string): void {
    this.last = this.last.then(async () => {
      const outgoing = this.waiting.find((each) => each.key === key);
      if (!outgoing) return;
      try {
        await this.client.messages.send({ ...outgoing.message, client_message_id: key });
      } catch (error) {
        this.note(key, explain(error));
      }
    });
  }

  private note(key: string, failure: string | undefined): void {
    this.waiting = this.waiting.map((outgoing) =>
      outgoing.key === key ? { ...outgoing, failure } : outgoing,
    );
    this.changed();
  }
}
