import { PageQuery } from '../http/page.js';
import { Described, EXAMPLE_ID } from '../http/fields.js';
import { ArrayOf, OneOf, Optional, StorableText, Uuid, Uuids } from '../http/validators.js';
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
  @Described(
    '`direct` is another word for `normal`; none: `normal` with at most one other, else `group`.',
    'group',
  )
  @Optional()
  @OneOf('normal', 'group', 'direct')
  type?: 'normal' | 'group' | 'direct';

  @Described('For people.', 'Support')
  @Optional()
  @StorableText({ max: 255 })
  name?: string;

  @Optional()
  @StorableText({ max: 4000 })
  detail?: string;

  @Described('Who takes part beside the caller.')
  @Optional()
  @ArrayOf(() => MemberDto)
  participants?: MemberDto[];

  @Described('The same, by their ids alone.', [EXAMPLE_ID])
  @Optional()
  @Uuids()
  participant_ids?: string[];
}

export class UpdateChatDto {
  @Described('For people.', 'Support')
  @Optional()
  @StorableText({ max: 255 })
  name?: string;

  @Optional()
  @StorableText({ max: 4000 })
  detail?: string;
}

export class ListChatsQuery extends PageQuery {
  @Described('Only talks of this status.')
  @Optional()
  @OneOf('active', 'closed')
  status?: ChatStatus;
}

/** Either `owner_id` or the seed's shorter `agent_id`. */
export class AddParticipantDto {
  @Optional()
  @OneOf('agent')
  owner_type?: 'agent';

  @Described('The agent.', EXAMPLE_ID)
  @Optional()
  @Uuid()
  owner_id?: string;

  @Described('Another word for `owner_id`.')
  @Optional()
  @Uuid()
  agent_id?: string;
}
