import type { AgentRole } from '../auth/directory.js';
import { Described } from '../http/fields.js';
import { OneOf, Optional, StorableText, Uuid } from '../http/validators.js';
import type { AgentStatus } from './agent.entity.js';

export class CreateAgentDto {
  @Described("None: a new one. An identity provider's agents keep theirs.")
  @Optional()
  @Uuid()
  id?: string;

  @Described('Unique over all customers.', 'ann')
  @StorableText({ min: 1, max: 255 })
  username: string;

  @Described('Kept hashed.', 'correct horse battery')
  @StorableText({ min: 8, max: 128 })
  password: string;

  @Described('What other agents see.', 'Ann')
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

  @Described('A disabled agent is let in nowhere.', 'disabled')
  @Optional()
  @OneOf('active', 'disabled')
  status?: AgentStatus;
}
