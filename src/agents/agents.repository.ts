import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Database } from '../database/database.js';
import type { Queryable } from '../database/statements.js';
import type { AgentRole } from '../auth/directory.js';
import { DomainError } from '../errors/domain-error.js';
import type { PageRequest } from '../http/page.js';
import { Agent, type AgentStatus } from './agent.entity.js';
import { Customer } from './customer.entity.js';
import { columnsOf } from '../database/columns.js';
import { pageOf, rowsOf } from '../database/rows.js';

const AGENT = columnsOf(Agent);

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
  detail?: string;
  role?: AgentRole;
}

export interface AgentChanges {
  username?: string;
  passwordHash?: string;
  name?: string;
  detail?: string;
  role?: AgentRole;
  status?: AgentStatus;
}

/**
 * All queries on agents and customers. Reads of administration are built by TypeORM. Written out are the reads by which
 * callers are let in and talks are changed, since those are asked all the time, and the writes, which need what only
 * SQL has: conflicts, the database's clock, the row that resulted.
 */
@Injectable()
export class AgentsRepository {
  constructor(
    private readonly database: Database,
    @InjectRepository(Agent) private readonly agents: Repository<Agent>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
  ) {}

  async find(id: string, queryable: Queryable): Promise<AgentRow | undefined> {
    const [row] = await queryable.query<AgentRow>(`${SELECT} WHERE a.id = $1`, [id]);
    return row;
  }

  /** In the order of `ids`; `undefined` where there is none. */
  async findAll(ids: string[]): Promise<(AgentRow | undefined)[]> {
    const rows = await this.database.query<AgentRow>(`${SELECT} WHERE a.id = ANY($1::uuid[])`, [ids]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id));
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

  async findFull(id: string, queryable: Queryable = this.database): Promise<Agent | undefined> {
    const query = this.agents.createQueryBuilder('agent').where('agent.id = :id', { id });
    const [row] = await rowsOf(queryable, query);
    return row;
  }

  listOf(customerId: string, page: PageRequest): Promise<Agent[]> {
    const query = this.agents
      .createQueryBuilder('agent')
      .where('agent.customer_id = :customerId', { customerId })
      .andWhere('agent.tm_delete IS NULL');
    return pageOf(this.database, query, page);
  }

  listCustomer(id: string, page: PageRequest): Promise<Customer[]> {
    const query = this.customers.createQueryBuilder('customer').where('customer.id = :id', { id });
    return pageOf(this.database, query, page);
  }

  async hasCustomer(queryable: Queryable, id: string): Promise<boolean> {
    const query = this.customers
      .createQueryBuilder('customer')
      .where('customer.id = :id', { id })
      .andWhere('customer.tm_delete IS NULL');
    const rows = await rowsOf(queryable, query);
    return rows.length > 0;
  }

  /** @returns false where the id is taken already, and nothing was done */
  async insertCustomer(queryable: Queryable, id: string, name: string): Promise<boolean> {
    const made = await queryable.query(
      `INSERT INTO customers (id, name, tm_create, tm_update) VALUES ($1, $2, now(), now())
       ON CONFLICT DO NOTHING RETURNING id`,
      [id, name],
    );
    return made.length > 0;
  }

  /**
   * The agent's stream comes with it.
   * @returns false where the id is taken already, and nothing was done
   * @throws DomainError `username_taken`
   */
  async insertAgent(queryable: Queryable, agent: NewAgent): Promise<boolean> {
    const { id, customerId, username, passwordHash, name, detail = '', role } = agent;
    const made = await refusingTakenUsername(
      queryable.query(
        `INSERT INTO agents (id, customer_id, username, password_hash, name, detail, role, tm_create, tm_update)
         VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), clock_timestamp())
         ON CONFLICT (id) DO NOTHING RETURNING id`,
        [id, customerId, username, passwordHash, name, detail, role],
      ),
    );
    if (made.length === 0) return false;
    await queryable.query(`INSERT INTO streams (kind, id) VALUES ('agent', $1) ON CONFLICT DO NOTHING`, [id]);
    return true;
  }

  /**
   * Changes what is given.
   * @throws DomainError `username_taken`
   */
  async update(queryable: Queryable, id: string, changes: AgentChanges): Promise<Agent> {
    const { username, passwordHash, name, detail, role, status } = changes;
    const [row] = await refusingTakenUsername(
      queryable.query<Agent>(
        `UPDATE agents SET username = coalesce($2, username), password_hash = coalesce($3, password_hash),
                name = coalesce($4, name), detail = coalesce($5, detail), role = coalesce($6, role),
                status = coalesce($7, status), tm_update = clock_timestamp()
         WHERE id = $1 RETURNING ${AGENT}`,
        [id, username, passwordHash, name, detail, role, status],
      ),
    );
    if (!row) throw new Error(`agent ${id} is gone under its lock`);
    return row;
  }

  async markDeleted(queryable: Queryable, id: string): Promise<Agent | undefined> {
    const [row] = await queryable.query<Agent>(
      `UPDATE agents SET tm_update = clock_timestamp(), tm_delete = clock_timestamp() WHERE id = $1 RETURNING ${AGENT}`,
      [id],
    );
    return row;
  }
}

/** Usernames are unique over all customers; only the database can tell at the moment of writing. */
async function refusingTakenUsername<Result>(query: Promise<Result>): Promise<Result> {
  try {
    return await query;
  } catch (error) {
    if ((error as { constraint?: unknown }).constraint !== 'agents_username_key') throw error;
    throw new DomainError('username_taken', 'The username is taken.', [], { cause: error });
  }
}
