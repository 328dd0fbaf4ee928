import { Transform } from 'class-transformer';
import { PageQuery } from '../http/page.js';
import { ArrayOf, MimeType, OneOf, Optional, StorableText, Uuid, WebUrl } from '../http/validators.js';

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

export class CreateMessageDto {
  @Uuid()
  chat_id: string;

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
}

export class UpdateMessageDto {
  @Optional()
  @StorableText({ max: TEXT_MAX })
  text?: string;

  @Optional()
  @ArrayOf(() => MediaDto, { max: MEDIAS_MAX })
  medias?: MediaDto[];
}

export class ListMessagesQuery extends PageQuery {
  /** None: all the caller's talks. */
  @Optional()
  @Uuid()
  chat_id?: string;

  /** Only the direct replies to this message. */
  @Optional()
  @Uuid()
  parent_id?: string;
}
