import type { AgentRole } from '../auth/directory.js';
import type { WireTime } from '../database/timestamp.js';
import type { Agent, AgentStatus } from './agent.entity.js';

/** An agent on the wire. */
export interface AgentResource {
  id: string;
  customer_id: string;
  /** `""` for one that an identity provider brought. */
  username: string;
  name: string;
  detail: string;
  role: AgentRole;
  status: AgentStatus;
  tm_create: WireTime;
  tm_update: WireTime;
  /** `""` while not deleted. */
  tm_delete: WireTime;
}

export const presentAgent = (agent: Agent): AgentResource => ({
  id: agent.id,
  customer_id: agent.customer_id,
  username: agent.username ?? '',
  name: agent.name,
  detail: agent.detail,
  role: agent.role ?? 'agent',
  status: agent.status,
  tm_create: agent.tm_create,
  tm_update: agent.tm_update,
  tm_delete: agent.tm_delete ?? '',
});
