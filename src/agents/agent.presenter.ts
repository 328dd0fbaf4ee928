import type { AgentRole } from '../auth/directory.js';
import type { WireTime } from '../database/timestamp.js';
import { IdField, OpenTimeField, TextField, TimeField, WordField } from '../http/fields.js';
import type { Agent, AgentStatus } from './agent.entity.js';

/** An agent on the wire. */
export class AgentResource {
  @IdField()
  id: string;

  @IdField()
  customer_id: string;

  @TextField({ description: '`""` for one that an identity provider brought.', example: 'ann' })
  username: string;

  @TextField({ example: 'Ann' })
  name: string;

  @TextField({ example: '' })
  detail: string;

  @WordField(['agent', 'admin'])
  role: AgentRole;

  @WordField(['active', 'disabled'])
  status: AgentStatus;

  @TimeField()
  tm_create: WireTime;

  @TimeField()
  tm_update: WireTime;

  @OpenTimeField('`""` while not deleted.')
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
