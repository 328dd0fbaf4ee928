import { persist, type Persistence } from './backoff.js';
import { newKey } from './key.js';
import type { Rest } from './rest.js';
import type {
  AccessKey,
  Agent,
  AgentChanges,
  Customer,
  Message,
  MessageChanges,
  MessagePage,
  MessageQuery,
  NewAccessKey,
  NewAgent,
  NewMessage,
  NewTalk,
  Page,
  PageQuery,
  Participant,
  Talk,
  TalkChanges,
  TalkQuery,
} from './types.js';

const CHATS = '/service_agents/talk_chats';
const MESSAGES = '/service_agents/talk_messages';
const AGENTS = '/agents';
const KEYS = '/accesskeys';

const at = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('');

/** Makes one call until its outcome is known; the key in it makes that safe. */
export type Persist = <Result>(attempt: () => Promise<Result>) => Promise<Result>;

export const persistWith =
  (persistence: () => Persistence): Persist =>
  (attempt) =>
    persist(attempt, persistence());

/** Talks, those that I am in. */
export class TalkCalls {
  constructor(
    private readonly rest: Rest,
    private readonly persist: Persist,
  ) {}

  list(query: TalkQuery = {}): Promise<Page<Talk>> {
    return this.rest.call('GET', CHATS, { query });
  }

  /** Every talk that I am in, newest first, read page by page. */
  async *all(query: TalkQuery = {}): AsyncGenerator<Talk, void, undefined> {
    for (let page_token = query.page_token; ;) {
      const page = await this.list({ page_size: 100, ...query, ...(page_token && { page_token }) });
      yield* page.result;
      if (!page.next_page_token) return;
      page_token = page.next_page_token;
    }
  }

  get(id: string): Promise<Talk> {
    return this.rest.call('GET', CHATS + at(id));
  }

  /** Retried until it is known to be created, once. */
  create(talk: NewTalk = {}): Promise<Talk> {
    const headers = { 'Idempotency-Key': newKey() };
    return this.persist(() => this.rest.call('POST', CHATS, { body: talk, headers }));
  }

  update(id: string, changes: TalkChanges): Promise<Talk> {
    return this.rest.call('PUT', CHATS + at(id), { body: changes });
  }

  delete(id: string): Promise<Talk> {
    return this.rest.call('DELETE', CHATS + at(id));
  }

  close(id: string): Promise<Talk> {
    return this.rest.call('POST', CHATS + at(id, 'close'));
  }

  reopen(id: string): Promise<Talk> {
    return this.rest.call('POST', CHATS + at(id, 'reopen'));
  }
}

/** Who is in a talk. */
export class ParticipantCalls {
  constructor(private readonly rest: Rest) {}

  list(talkId: string): Promise<Participant[]> {
    return this.rest.call('GET', CHATS + at(talkId, 'participants'));
  }

  add(talkId: string, agentId: string): Promise<Participant> {
    return this.rest.call('POST', CHATS + at(talkId, 'participants'), { body: { owner_id: agentId } });
  }

  /** By the id of the participant, which is not the agent's. */
  remove(talkId: string, participantId: string): Promise<Participant> {
    return this.rest.call('DELETE', CHATS + at(talkId, 'participants', participantId));
  }
}

export class MessageCalls {
  constructor(
    private readonly rest: Rest,
    private readonly persist: Persist,
  ) {}

  list(query: MessageQuery = {}): Promise<MessagePage> {
    return this.rest.call('GET', MESSAGES, { query });
  }

  get(id: string): Promise<Message> {
    return this.rest.call('GET', MESSAGES + at(id));
  }

  /** Retried with one `client_message_id` until it is known to be sent, once, or refused. */
  send(message: NewMessage): Promise<Message> {
    const body = { client_message_id: newKey(), ...message };
    return this.persist(() => this.rest.call('POST', MESSAGES, { body }));
  }

  update(id: string, changes: MessageChanges): Promise<Message> {
    return this.rest.call('PUT', MESSAGES + at(id), { body: changes });
  }

  /** What remains is returned: a tombstone without text. */
  delete(id: string): Promise<Message> {
    return this.rest.call('DELETE', MESSAGES + at(id));
  }
}

/** Reactions of my own; each call returns the whole message. */
export class ReactionCalls {
  constructor(private readonly rest: Rest) {}

  add(messageId: string, emoji: string): Promise<Message> {
    return this.rest.call('POST', MESSAGES + at(messageId, 'reactions'), { body: { emoji } });
  }

  remove(messageId: string, emoji: string): Promise<Message> {
    return this.rest.call('DELETE', MESSAGES + at(messageId, 'reactions'), { query: { emoji } });
  }
}

/** The agents of my customer; only an admin changes them. */
export class AgentCalls {
  constructor(private readonly rest: Rest) {}

  list(query: PageQuery = {}): Promise<Page<Agent>> {
    return this.rest.call('GET', AGENTS, { query });
  }

  get(id: string): Promise<Agent> {
    return this.rest.call('GET', AGENTS + at(id));
  }

  create(agent: NewAgent): Promise<Agent> {
    return this.rest.call('POST', AGENTS, { body: agent });
  }

  update(id: string, changes: AgentChanges): Promise<Agent> {
    return this.rest.call('PUT', AGENTS + at(id), { body: changes });
  }

  delete(id: string): Promise<Agent> {
    return this.rest.call('DELETE', AGENTS + at(id));
  }
}

/** Access keys of my own; not for those who come with one. */
export class AccessKeyCalls {
  constructor(private readonly rest: Rest) {}

  list(query: PageQuery = {}): Promise<Page<AccessKey>> {
    return this.rest.call('GET', KEYS, { query });
  }

  /** The answer alone has the token. */
  create(key: NewAccessKey): Promise<AccessKey> {
    return this.rest.call('POST', KEYS, { body: key });
  }

  delete(id: string): Promise<AccessKey> {
    return this.rest.call('DELETE', KEYS + at(id));
  }
}

export class CustomerCalls {
  constructor(private readonly rest: Rest) {}

  list(query: PageQuery = {}): Promise<Page<Customer>> {
    return this.rest.call('GET', '/customers', { query });
  }
}
