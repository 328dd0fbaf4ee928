import type { Message } from 'talk-client';
import { dateOf, dayName, isSameDay } from '../state/times.js';

/** Milliseconds after which the same author is named again. */
const GROUP = 5 * 60_000;

/** A message, and what stands before it. */
export interface Row {
  message: Message;
  /** Named where the message is the first of its day. */
  day: string | undefined;
  /** Whether its author is the one of the message before. */
  isContinued: boolean;
}

/** Messages as they are shown: parted by days, those of one author together. */
export function rowsOf(messages: Message[]): Row[] {
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const [now, then] = [dateOf(message.tm_create), before && dateOf(before.tm_create)];
    const isNewDay = !then || !isSameDay(now, then);
    const isContinued =
      !isNewDay &&
      before?.type === 'normal' &&
      message.type === 'normal' &&
      before.owner_id === message.owner_id &&
      now.getTime() - then.getTime() < GROUP;
    return { message, day: isNewDay ? dayName(now) : undefined, isContinued };
  });
}
