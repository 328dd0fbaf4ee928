import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { newId } from '../../http/uuid.js';
import { Database } from '../../database/database.js';
import type { Queryable } from '../../database/statements.js';
import type { PageRequest } from '../../http/page.js';
import type { AgentRole } from '../directory.js';
import { AccessKey } from './access-key.entity.js';
import { columnsOf } from '../../database/columns.js';
import { pageOf } from '../../database/rows.js';

const COLUMNS = columnsOf(AccessKey);

export interface NewAccessKey {
  agentId: string;
  customerId: string;
  name: string;
  tokenPrefix: string;
  tokenHash: Buffer;
  /** Seconds from now. */
  expire: number | undefined;
}

/** Whom a key acts as. */
export interface AccessKeyBearer {
  id: string;
  agent_id: string;
  customer_id: string;
  role: AgentRole | null;
  /** Milliseconds since 1970. */
  expires_at: number | null;
}

/**
 * All queries on access keys. Their list is built by TypeORM. Written out are the read by which callers are let in, since
 * every replica asks it all the time, and the writes, whose times are the database's.
 */
@Injectable()
export class AccessKeysRepository {
  constructor(
    private readonly database: Database,
    @InjectRepository(AccessKey) private readonly keys: Repository<AccessKey>,
  ) {}

  /**
   * By hash, in this order, the bearers of keys that were neither revoked nor have ended, and whose agents
   * are let in; `undefined` for the others.
   */
  async findBearers(tokenHashes: Buffer[]): Promise<(AccessKeyBearer | undefined)[]> {
    const rows = await this.database.query<AccessKeyBearer & { hash: string }>(
      `SELECT encode(k.token_hash, 'hex') AS hash, k.id, k.agent_id, k.customer_id, a.role,
              floor(extract(epoch FROM k.tm_expire) * 1000)::bigint AS expires_at
       FROM access_keys k
       JOIN agents a ON a.id = k.agent_id
       JOIN customers c ON c.id = k.customer_id
       WHERE k.token_hash = ANY($1::bytea[]) AND k.tm_delete IS NULL
         AND (k.tm_expire IS NULL OR k.tm_expire > now())
         AND a.status = 'active' AND a.tm_delete IS NULL AND c.tm_delete IS NULL`,
      [tokenHashes],
    );
    const byHash = new Map(rows.map((row) => [row.hash, row]));
    return tokenHashes.map((hash) => byHash.get(hash.toString('hex')));
  }

  async insert(key: NewAccessKey): Promise<AccessKey> {
    const [row] = await this.database.query<AccessKey>(
      `INSERT INTO access_keys
         (id, customer_id, agent_id, name, token_prefix, token_hash, tm_expire, tm_create, tm_update)
       VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second', now(), now()) RETURNING ${COLUMNS}`,
      [newId(), key.customerId, key.agentId, key.name, key.tokenPrefix, key.tokenHash, key.expire],
    );
    if (!row) throw new Error('the access key was not inserted');
    return row;
  }

  listOf(agentId: string, page: PageRequest): Promise<AccessKey[]> {
    const query = this.keys
      .createQueryBuilder('key')
      .where('key.agent_id = :agentId', { agentId })
      .andWhere('key.tm_delete IS NULL');
    return pageOf(this.database, query, page);
  }

  async revoke(queryable: Queryable, id: string, agentId: string): Promise<AccessKey | undefined> {
    const [row] = await queryable.query<AccessKey>(
      `UPDATE access_keys SET tm_update = now(), tm_delete = now()
       WHERE id = $1 AND agent_id = $2 AND tm_delete IS NULL RETURNING ${COLUMNS}`,
      [id, agentId],
    );
    return row;
  }
}
