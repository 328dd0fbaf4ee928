import type { AgentRole } from '../auth/directory.js';
import { OneOf, Optional, StorableText, Uuid } from '../http/validators.js';
import type { AgentStatus } from './agent.entity.js';

export class CreateAgentDto {
  /** None: a new one. An identity provider's agents keep theirs. */
  @Optional()
  @Uuid()
  id?: string;

  @StorableText({ min: 1, max: 255 })
  username: string;

  @StorableText({ min: 8, max: 128 })
  password: string;

  @Optional()
  @StorableText({ max: 255 })
  name?: string;

  @Optional()
  @StorableText({ max: 4000 })
  detail?: string;

  @Optional()
  @OneOf('agent', 'admin')
  role?: AgentRole;
}

export class UpdateAgentDto {
  @Optional()
  @StorableText({ min: 1, max: 255 })
  username?: string;

  @Optional()
  @StorableText({ min: 8, max: 128 })
  password?: string;

  @Optional()
  @StorableText({ max: 255 })
  name?: string;

  @Optional()
  @StorableText({ max: 4000 })
  detail?: string;

  @Optional()
  @OneOf('agent', 'admin')
  role?: AgentRole;

  @Optional()
  @OneOf('active', 'disabled')
  status?: AgentStatus;
}
