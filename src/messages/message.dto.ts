import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { PageQuery } from '../http/page.js';
import { MimeType, OneOf, Optional, StorableText, Uuid, WebUrl } from '../http/validators.js';

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

const Medias = (): PropertyDecorator =>
  applyDecorators(
    Optional(),
    IsArray({ message: 'must be an array' }),
    ArrayMaxSize(MEDIAS_MAX, { message: `must have at most ${MEDIAS_MAX} items` }),
    ValidateNested({ each: true, message: 'each item must be an object' }),
    Type(() => MediaDto),
  );

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

  @Medias()
  medias?: MediaDto[];
}

export class UpdateMessageDto {
  @Optional()
  @StorableText({ max: TEXT_MAX })
  text?: string;

  @Medias()
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
