import type { WireTime } from '../database/timestamp.js';
import {
  CountField,
  IdField,
  ListField,
  ObjectField,
  OpenTimeField,
  TextField,
  TimeField,
  WordField,
} from '../http/fields.js';
import type { Media, Message, MessageOwnerType, MessageType, SystemNote } from './message.entity.js';

/** A reaction as a message shows it. */
class ReactionResource {
  @TextField({ description: 'As it was sent.', example: '👍' })
  emoji: string;

  @WordField(['agent'])
  owner_type: 'agent';

  @IdField({ description: 'The agent that reacted.' })
  owner_id: string;

  @TimeField()
  tm_create: WireTime;
}

/** A reaction as its events tell it. */
export class ReactionChange extends ReactionResource {
  @IdField()
  message_id: string;
}

class MediaResource implements Media {
  @TextField({ description: 'MIME type.', example: 'image/png' })
  type: string;

  @TextField({ required: false, example: 'https://files.example.com/plan.png' })
  url?: string;

  @TextField({ required: false, example: 'plan.png' })
  name?: string;
}

class SystemNoteResource implements SystemNote {
  @WordField(['participant_joined', 'participant_left'])
  code: SystemNote['code'];

  @IdField({ description: 'Who joined or left.' })
  agent_id: string;

  @IdField({ description: 'Who brought it about.' })
  actor_id: string;
}

class MessageMetadata {
  @ListField(() => ReactionResource, { description: 'Oldest first.' })
  reactions: ReactionResource[];

  @ObjectField(() => SystemNoteResource, { required: false, description: 'Only of a system message.' })
  system?: SystemNote;
}

/** A message's row with its reactions, oldest first. */
export interface MessageRow extends Message {
  reactions: ReactionResource[];
}

/** A message on the wire. */
export class MessageResource {
  @IdField()
  id: string;

  @IdField()
  customer_id: string;

  @WordField(['agent', 'system'])
  owner_type: MessageOwnerType;

  @IdField({ description: 'Its author; the nil UUID of a system message.' })
  owner_id: string;

  @IdField()
  chat_id: string;

  @IdField({ required: false, example: undefined, description: 'Left out at top level.' })
  parent_id?: string;

  @WordField(['normal', 'system'])
  type: MessageType;

  @TextField({ description: '`""` once it is deleted.', example: 'Hello' })
  text: string;

  @ListField(() => MediaResource)
  medias: Media[];

  @ObjectField(() => MessageMetadata)
  metadata: MessageMetadata;

  @CountField({ description: "Of its `message_created` in the talk's events.", example: 42 })
  seq: number;

  @CountField({ description: 'Direct replies, deleted ones too.', example: 0 })
  reply_count: number;

  @TextField({ required: false, description: 'Left out where its author gave none.', example: 'draft-17' })
  client_message_id?: string;

  @TimeField()
  tm_create: WireTime;

  @TimeField()
  tm_update: WireTime;

  @OpenTimeField('`""` while not deleted.')
  tm_delete: WireTime;
}

/** Fields that are `undefined` are left out of the JSON. */
export const presentMessage = (message: MessageRow): MessageResource => ({
  id: message.id,
  customer_id: message.customer_id,
  owner_type: message.owner_type,
  owner_id: message.owner_id,
  chat_id: message.chat_id,
  parent_id: message.parent_id ?? undefined,
  type: message.type,
  text: message.text,
  medias: message.medias,
  metadata: { reactions: message.reactions, system: message.system ?? undefined },
  seq: message.seq,
  reply_count: message.reply_count,
  client_message_id: message.client_message_id ?? undefined,
  tm_create: message.tm_create,
  tm_update: message.tm_update,
  tm_delete: message.tm_delete ?? '',
});
