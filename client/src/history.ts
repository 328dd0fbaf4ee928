import type { LostStretch } from './deliveries.js';
import { closedError } from './talk-error.js';
import type { Message, MessagePage, MessageQuery, TalkEvent } from './types.js';

const PAGE = 100;
/** Talks whose history is read at the same time. */
const AT_ONCE = 4;

/** Reads a page of messages, however often that takes. */
export type ReadMessages = (query: MessageQuery) => Promise<MessagePage>;

/** Passes on the messages of a lost stretch, in order of seq, as if they were just sent. */
export async function readStretch(
  { chatId, from, to }: LostStretch,
  read: ReadMessages,
  pass: (event: TalkEvent<'message_created'>) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let after = from; ;) {
    const { result } = await read({ chat_id: chatId, after_seq: after, order: 'asc', page_size: PAGE });
    if (signal.aborted) throw closedError();
    for (const message of result.filter(({ seq }) => seq <= to)) pass(asCreated(message));
    after = result.at(-1)?.seq ?? to;
    if (result.length < PAGE || after >= to) return;
  }
}

const asCreated = (message: Message): TalkEvent<'message_created'> => ({
  type: 'message_created',
  chat_id: message.chat_id,
  seq: message.seq,
  tm_create: message.tm_create,
  data: message,
});

/** Does the work on each, a few at a time. */
export async function eachOf<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
}
