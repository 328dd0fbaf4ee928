import { Injectable } from '@nestjs/common';
import { Batch } from '../database/batch.js';
import { Database } from '../database/database.js';
import { Directory, type Claims, type DirectoryEntry, type Login } from '../auth/directory.js';
import { AgentsRepository, type AgentRow } from './agents.repository.js';

/** Agents that one statement looks up. */
const AGENTS_AT_ONCE = 200;

/** The directory that tokens are checked against, kept in our own tables. */
@Injectable()
export class AgentDirectory extends Directory {
  private readonly known = new Batch(AGENTS_AT_ONCE, (ids: string[]) => this.agents.findAll(ids));

  constructor(
    private readonly database: Database,
    private readonly agents: AgentsRepository,
  ) {
    super();
  }

  async ensure(claims: Claims): Promise<DirectoryEntry> {
    const row = (await this.known.ask(claims.agentId)) ?? (await this.create(claims));
    return toEntry(row);
  }

  async findLogin(username: string): Promise<Login | undefined> {
    const row = await this.agents.findByUsername(username);
    return row && { ...toEntry(row), username, passwordHash: row.password_hash ?? undefined };
  }

  /** Where two first sights meet, both find the one agent that was made. */
  private create({ agentId, customerId, name = '' }: Claims): Promise<AgentRow> {
    return this.database.transaction(async (transaction) => {
      await this.agents.insertCustomer(transaction, customerId, '');
      await this.agents.insertAgent(transaction, { id: agentId, customerId, name });
      const row = await this.agents.find(agentId, transaction);
      if (!row) throw new Error(`agent ${agentId} was not made`);
      return row;
    });
  }
}

const toEntry = ({ id, customer_id, role, enabled }: AgentRow): DirectoryEntry => ({
  agentId: id,
  customerId: customer_id,
  role: role ?? undefined,
  enabled,
});
