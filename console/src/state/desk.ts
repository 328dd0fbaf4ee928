import { TalkClient, type Agent, type Talk, type TalkListView } from 'talk-client';
import { TALK_URL } from './address.js';
import { AgentNames } from './agent-names.js';
import { Glances } from './glances.js';
import { Outbox } from './outbox.js';
import { persist } from './persist.js';

/** What an agent who is logged in works with, until it is closed. */
export interface Desk {
  client: TalkClient;
  me: Agent;
  list: TalkListView;
  agents: AgentNames;
  glances: Glances;
  outbox: Outbox;
  close(): void;
}

export const connectClient = (token: string): TalkClient => new TalkClient({ url: TALK_URL, token });

/** Waits until Talk can be reached; refused, it throws the TalkError. */
export async function openDesk(client: TalkClient): Promise<Desk> {
  await client.connect();
  const me = await persist(() => client.me());
  const agents = new AgentNames(client, me);
  const glances = new Glances(client, me.id);
  const [list] = await Promise.all([
    client.talkList(),
    persist(() => agents.load()),
    persist(() => glances.load()),
  ]);
  const close = (): void => {
    list.close();
    client.close();
  };
  return { client, me, list, agents, glances, outbox: new Outbox(client), close };
}

/** The talk's name, else who else is in it. */
export function titleOf({ agents, glances }: Desk, talk: Talk): string {
  if (talk.name) return talk.name;
  const others = glances.othersIn(talk).map((id) => agents.nameOf(id));
  return others.join(', ') || (talk.member_count > 1 ? 'Talk' : 'Just you');
}
