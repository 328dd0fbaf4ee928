/** What a receiver hears, once it follows its talks. */
export interface Hearing {
  /** An event whose text lies there. */
  event(bytes: Buffer, start: number, end: number): void;
  /** The answer to a message that was sent with this number. */
  answer(number: number, isAccepted: boolean): void;
}

/** Hears nothing. */
export const DEAF: Hearing = { event: () => undefined, answer: () => undefined };

/** One socket that follows all talks of its agent. */
export interface Receiver {
  /** Sends a message over the socket; its answer is heard with this number. */
  send(number: number, message: string): void;
  close(): void;
}
