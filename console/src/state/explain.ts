import { TalkError } from 'talk-client';

export const LOGIN_ENDED = 'Your login has ended. Log in again to go on.';

const WORDS: Partial<Record<TalkError['code'], string>> = {
  unauthenticated: LOGIN_ENDED,
  invalid_credentials: 'Username and password do not match.',
  rate_limited: 'That was too much at once. Wait a moment and try again.',
  network_error: 'Talk could not be reached.',
  timeout: 'Talk did not answer in time.',
  talk_closed: 'This talk is closed.',
  talk_full: 'A one-to-one talk holds two people.',
  unavailable: 'Talk is not available right now.',
  closed: 'You have been logged out.',
};

/** What went wrong, in words for people. */
export function explain(error: unknown): string {
  if (!(error instanceof TalkError)) return 'Something went wrong.';
  const [first] = error.problem?.errors ?? [];
  return WORDS[error.code] ?? (first ? `${first.path} ${first.message}.` : error.message);
}
