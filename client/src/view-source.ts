import type { MessageCalls, ParticipantCalls, TalkCalls } from './calls.js';
import type { ClientEvents, ClientState } from './types.js';

/** What a view needs of its client. */
export interface ViewSource {
  readonly state: ClientState;
  readonly talks: Pick<TalkCalls, 'get' | 'list'>;
  readonly participants: Pick<ParticipantCalls, 'list'>;
  readonly messages: Pick<MessageCalls, 'list'>;
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (payload: ClientEvents[Name]) => void,
  ): () => void;
}

/** Repeats a read until it succeeds, is refused, or its client is closed. */
export type PersistRead = <Answer>(read: () => Promise<Answer>) => Promise<Answer>;
