import { TalkError } from 'talk-client';

/** Milliseconds. */
const TRY_AGAIN_AFTER = 1_000;

const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));

/**
 * Reads until there is an answer. A read that fails is no end of a login: Talk may be starting anew, or
 * the page be about to be loaded anew, which cuts off whatever it was reading.
 * @throws the refusal
 */
export async function persist<Result>(read: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TalkError && error.isTransient)) throw error;
      await wait();
    }
  }
}
