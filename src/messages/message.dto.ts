import { Transform } from 'class-transformer';
import { KEY_MAX } from '../idempotency/idempotency-key.js';
import { PageQuery } from '../http/page.js';
import {
  ArrayOf,
  MimeType,
  OneOf,
  Optional,
  StorableText,
  Uuid,
  WebUrl,
  QueryNumber,
} from '../http/validators.js';

const TEXT_MAX = 10_000;
const MEDIAS_MAX = 20;

/** What the seed writes for "none". */
const EmptyAsNone = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value));

export class MediaDto {
  /** MIME type. */
  @MimeType()
  type: string;

  @Optional()
  @WebUrl({ max: 2048 })
  url?: string;

  @Optional()
  @StorableText({ max: 255 })
  name?: string;
}

/** A message as the seed's short path takes it: the talk is in the path. */
export class MessageContentDto {
  @Optional()
  @OneOf('normal')
  type?: 'normal';

  @Optional()
  @StorableText({ max: TEXT_MAX })
  text?: string;

  @Optional()
  @Uuid()
  @EmptyAsNone()
  parent_id?: string;

  @Optional()
  @ArrayOf(() => MediaDto, { max: MEDIAS_MAX })
  medias?: MediaDto[];

  /** Makes a retry safe: the same again from the same agent returns the first message. */
  @Optional()
  @StorableText({ min: 1, max: KEY_MAX })
  client_message_id?: string;
}

export class CreateMessageDto extends MessageContentDto {
  @Uuid()
  chat_id: string;
}

export class UpdateMessageDto {
  @Optional()
  @StorableText({ max: TEXT_MAX })
  text?: string;

  @Optional()
  @ArrayOf(() => MediaDto, { max: MEDIAS_MAX })
  medias?: MediaDto[];
}

/** The query of a talk's messages, where the talk is in the path. */
export class ListChatMessagesQuery extends PageQuery {
  /** Only the direct replies to this message. */
  @Optional()
  @Uuid()
  parent_id?: string;

  /** Only messages of a greater seq; needs a talk. */
  @Optional()
  @QueryNumber({ min: 0, max: Number.MAX_SAFE_INTEGER })
  after_seq?: number;

  /** Only messages of a lesser seq; needs a talk. */
  @Optional()
  @QueryNumber({ min: 0, max: Number.MAX_SAFE_INTEGER })
  before_seq?: number;
}

export class ListMessagesQuery extends ListChatMessagesQuery {
  /** None: all the caller's talks. */
  @Optional()
  @Uuid()
  chat_id?: string;
}
