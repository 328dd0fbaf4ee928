import { IsArray } from 'class-validator';
import { PageQuery } from '../http/page.js';
import { ArrayOf, OneOf, Optional, StorableText, Uuid } from '../http/validators.js';
import type { ChatStatus } from './chat.entity.js';

/** An agent to put into a new talk. */
export class MemberDto {
  @Optional()
  @OneOf('agent')
  owner_type?: 'agent';

  @Uuid()
  owner_id: string;
}

export class CreateChatDto {
  /** `direct` is another word for `normal`. */
  @Optional()
  @OneOf('normal', 'group', 'direct')
  type?: 'normal' | 'group' | 'direct';

  @Optional()
  @StorableText({ max: 255 })
  name?: string;

  @Optional()
  @StorableText({ max: 4000 })
  detail?: string;

  @Optional()
  @ArrayOf(() => MemberDto)
  participants?: MemberDto[];

  @Optional()
  @IsArray({ message: 'must be an array' })
  @Uuid({ each: true })
  participant_ids?: string[];
}

export class UpdateChatDto {
  @Optional()
  @StorableText({ max: 255 })
  name?: string;

  @Optional()
  @StorableText({ max: 4000 })
  detail?: string;
}

export class ListChatsQuery extends PageQuery {
  @Optional()
  @OneOf('active', 'closed')
  status?: ChatStatus;
}

/** Either `owner_id` or the seed's shorter `agent_id`. */
export class AddParticipantDto {
  @Optional()
  @OneOf('agent')
  owner_type?: 'agent';

  @Optional()
  @Uuid()
  owner_id?: string;

  @Optional()
  @Uuid()
  agent_id?: string;
}
