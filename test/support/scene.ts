import type { Answer } from './api.js';
import { createTalk, ok, readTalk, send } from './builders.js';
import type { TestAgent, World } from './world.js';

/** Every call that takes a body, with one that it accepts. */
export const BODY_CALLS: Record<string, Record<string, unknown>> = {
  'POST /auth/login': { username: 'agent-a', password: 'a password' },
  'POST /service_agents/talk_chats': {},
  'PUT /service_agents/talk_chats/{chat}': { name: 'Support' },
  'POST /service_agents/talk_chats/{chat}/participants': { owner_id: '{other}' },
  'POST /service_agents/talk_messages': { chat_id: '{chat}', text: 'Hello' },
  'PUT /service_agents/talk_messages/{message}': { text: 'Hello' },
  'POST /service_agents/talk_messages/{message}/reactions': { emoji: '👍' },
};

/** A body that the call accepts, with these fields instead. */
export const bodyOf = (call: string, fields: object = {}): object => ({ ...BODY_CALLS[call], ...fields });

/** An agent in a talk with one message, and another agent, whose ids calls name by `{placeholder}`. */
export class Scene {
  private constructor(
    readonly agent: TestAgent,
    private readonly ids: Record<string, string>,
  ) {}

  static async create(world: World): Promise<Scene> {
    const agent = await world.agent('Agent A');
    const other = await world.agent('Agent B');
    const chat = await createTalk(agent);
    const message = await send(agent, chat, 'The first');
    return new Scene(agent, { chat: chat.id, message: message.id, agent: agent.id, other: other.id });
  }

  fill(text: string): string {
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => this.ids[name] ?? placeholder);
  }

  /** Makes a call such as `PUT /service_agents/talk_chats/{chat}`. */
  call(call: string, body?: unknown): Promise<Answer> {
    return this.callWith(call, body === undefined ? undefined : JSON.stringify(body));
  }

  /** The same with a body that is sent as it stands. */
  callWith(call: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const [method = '', path = ''] = this.fill(call).split(' ', 2);
    return this.agent.api().call(method, path, body && this.fill(body), headers);
  }

  /** Where the talk's log stands: at 1 by its one message, and whatever was written since. */
  async seq(): Promise<number> {
    return (await readTalk(this.agent, { id: this.fill('{chat}') })).seq;
  }

  /** How many talks the agent is in: one, and whatever was created since. */
  async talkCount(): Promise<number> {
    const { result } = await ok<{ result: unknown[] }>(this.call('GET /service_agents/talk_chats'));
    return result.length;
  }
}
