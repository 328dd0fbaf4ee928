import { KEY_MAX } from '../idempotency/idempotency-key.js';
import { Described } from '../http/fields.js';
import { PageQuery } from '../http/page.js';
import {
  ArrayOf,
  MimeType,
  OneOf,
  Optional,
  StorableText,
  Uuid,
  UuidOrEmpty,
  WebUrl,
  QueryNumber,
} from '../http/validators.js';

const TEXT_MAX = 10_000;
const MEDIAS_MAX = 20;

export class MediaDto {
  @Described('MIME type.', 'image/png')
  @MimeType()
  type: string;

  @Described('http or https.', 'https://files.example.com/plan.png')
  @Optional()
  @WebUrl({ max: 2048 })
  url?: string;

  @Described('For people.', 'plan.png')
  @Optional()
  @StorableText({ max: 255 })
  name?: string;
}

/** A message as the seed's short path takes it: the talk is in the path. */
export class MessageContentDto {
  @Optional()
  @OneOf('normal')
  type?: 'normal';

  @Described('May be empty only with medias.', 'Hello')
  @Optional()
  @StorableText({ max: TEXT_MAX })
  text?: string;

  @Described('The message of the same talk that this one replies to; `""` counts as none.')
  @Optional()
  @UuidOrEmpty()
  parent_id?: string;

  @Optional()
  @ArrayOf(() => MediaDto, { max: MEDIAS_MAX })
  medias?: MediaDto[];

  @Described('Makes a retry safe: the same again from the same agent returns the first message.')
  @Optional()
  @StorableText({ min: 1, max: KEY_MAX })
  client_message_id?: string;
}

export class CreateMessageDto extends MessageContentDto {
  @Uuid()
  chat_id: string;
}

export class UpdateMessageDto {
  @Described('May be empty only with medias.', 'Hello')
  @Optional()
  @StorableText({ max: TEXT_MAX })
  text?: string;

  @Optional()
  @ArrayOf(() => MediaDto, { max: MEDIAS_MAX })
  medias?: MediaDto[];
}

/** The same over a socket, where no path names the message. */
export class UpdateMessagePacket extends UpdateMessageDto {
  @Uuid()
  message_id: string;
}

export class DeleteMessagePacket {
  @Uuid()
  message_id: string;
}

/** The query of a talk's messages, where the talk is in the path. */
export class ListChatMessagesQuery extends PageQuery {
  @Described('Only the direct replies to this message.')
  @Optional()
  @Uuid()
  parent_id?: string;

  @Described('Only messages of a greater seq; needs a talk.')
  @Optional()
  @QueryNumber({ min: 0, max: Number.MAX_SAFE_INTEGER })
  after_seq?: number;

  @Described('Only messages of a lesser seq; needs a talk.')
  @Optional()
  @QueryNumber({ min: 0, max: Number.MAX_SAFE_INTEGER })
  before_seq?: number;
}

export class ListMessagesQuery extends ListChatMessagesQuery {
  @Described("None: all the caller's talks.")
  @Optional()
  @Uuid()
  chat_id?: string;
}
