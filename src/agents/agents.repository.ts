import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../database/database.js';
import type { AgentRole } from '../auth/directory.js';
import type { Agent } from './agent.entity.js';

export type AgentRow = Pick<Agent, 'id' | 'customer_id' | 'username' | 'password_hash' | 'name' | 'role'> & {
  /** False when disabled or deleted, or when its customer is deleted. */
  enabled: boolean;
};

const SELECT = `
  SELECT a.id, a.customer_id, a.username, a.password_hash, a.name, a.role,
         a.status = 'active' AND a.tm_delete IS NULL AND c.tm_delete IS NULL AS enabled
  FROM agents a JOIN customers c ON c.id = a.customer_id`;

export interface NewAgent {
  id: string;
  customerId: string;
  name: string;
  username?: string;
  passwordHash?: string;
  role?: AgentRole;
}

/** All SQL on agents and customers. */
@Injectable()
export class AgentsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, queryable: Queryable = this.database): Promise<AgentRow | undefined> {
    const [row] = await queryable.query<AgentRow>(`${SELECT} WHERE a.id = $1`, [id]);
    return row;
  }

  async findByUsername(username: string): Promise<AgentRow | undefined> {
    const [row] = await this.database.query<AgentRow>(
      `${SELECT} WHERE a.username = $1 AND a.tm_delete IS NULL`,
      [username],
    );
    return row;
  }

  /** Those of `ids` that are agents of this customer and were not deleted. */
  async findOfCustomer(queryable: Queryable, ids: string[], customerId: string): Promise<AgentRow[]> {
    return queryable.query<AgentRow>(
      `${SELECT} WHERE a.id = ANY($1::uuid[]) AND a.customer_id = $2 AND a.tm_delete IS NULL`,
      [ids, customerId],
    );
  }

  async insertCustomer(queryable: Queryable, id: string, name: string): Promise<void> {
    await queryable.query(
      `INSERT INTO customers (id, name, tm_create, tm_update) VALUES ($1, $2, now(), now()) ON CONFLICT DO NOTHING`,
      [id, name],
    );
  }

  /** Does nothing where the id is taken already; the agent's stream comes with it. */
  async insertAgent(queryable: Queryable, agent: NewAgent): Promise<void> {
    const { id, customerId, username, passwordHash, name, role } = agent;
    await queryable.query(
      `INSERT INTO agents (id, customer_id, username, password_hash, name, role, tm_create, tm_update)
       VALUES ($1, $2, $3, $4, $5, $6, now(), now()) ON CONFLICT (id) DO NOTHING`,
      [id, customerId, username, passwordHash, name, role],
    );
    await queryable.query(`INSERT INTO streams (kind, id) VALUES ('agent', $1) ON CONFLICT DO NOTHING`, [id]);
  }
}
