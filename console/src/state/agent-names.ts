import type { Agent, TalkClient } from 'talk-client';
import { Changes } from './changes.js';

const PAGE = 100;

/** The agents of my customer, by their ids; one that is not known yet is asked for. */
export class AgentNames extends Changes {
  private readonly agents = new Map<string, Agent>();
  private readonly asked = new Set<string>();

  constructor(
    private readonly client: TalkClient,
    readonly me: Agent,
  ) {
    super();
    this.agents.set(me.id, me);
  }

  /** Those who may be added to a talk, by name. */
  get active(): Agent[] {
    return [...this.agents.values()]
      .filter(({ status, tm_delete }) => status === 'active' && !tm_delete)
      .sort((a, b) => this.nameOf(a.id).localeCompare(this.nameOf(b.id)));
  }

  nameOf(id: string): string {
    const agent = this.agents.get(id);
    if (!agent) this.ask(id);
    return agent?.name || agent?.username || 'Unknown agent';
  }

  /** Reads all of them, page by page. */
  async load(): Promise<void> {
    for (let page_token = ''; ;) {
      const page = await this.client.agents.list({ page_size: PAGE, ...(page_token && { page_token }) });
      for (const agent of page.result) this.agents.set(agent.id, agent);
      this.changed();
      page_token = page.next_page_token;
      if (!page_token || page.result.length < PAGE) return;
    }
  }

  private ask(id: string): void {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    this.client.agents.get(id).then(
      (agent) => {
        this.agents.set(id, agent);
        this.changed();
      },
      // Deleted; it stays without a name.
      () => undefined,
    );
  }
}
