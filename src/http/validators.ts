import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { codePoints, hasUnstorable } from './text.js';
import { isUuid } from './uuid.js';

interface TextRange {
  min?: number;
  max: number;
}

/** One check of a field, and the schema by which the documents tell of it. */
const rule = (
  name: string,
  message: string,
  validate: (value: unknown) => boolean,
  schema: ApiPropertyOptions,
  options?: ValidationOptions,
): PropertyDecorator =>
  applyDecorators(
    ApiProperty(schema),
    ValidateBy(
      {
        name,
        validator: { validate, defaultMessage: () => (options?.each ? `each item ${message}` : message) },
      },
      options,
    ),
  );

/** Text that PostgreSQL and JSON can hold, its length counted in code points. */
export function StorableText({ min = 0, max }: TextRange): PropertyDecorator {
  const length = min > 0 ? `from ${min} to ${max}` : `up to ${max}`;
  return rule(
    'text',
    `must be text of ${length} characters, without NUL or lone surrogates`,
    (value) => {
      if (typeof value !== 'string' || hasUnstorable(value)) return false;
      const count = codePoints(value);
      return count >= min && count <= max;
    },
    { type: String, ...(min > 0 && { minLength: min }), maxLength: max },
  );
}

/** An array of objects, each checked by its own DTO. */
export function ArrayOf(item: () => new () => object, { max }: { max?: number } = {}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: () => item(), isArray: true, maxItems: max }),
    IsArray({ message: 'must be an array' }),
    ...(max === undefined ? [] : [ArrayMaxSize(max, { message: `must have at most ${max} items` })]),
    ValidateNested({ each: true, message: 'each item must be an object' }),
    Type(item),
  );
}

const UUID = { type: 'string', format: 'uuid' } as const;
const UUIDS = { type: 'array', items: UUID } as const;

/** A UUID of any version, taken in lower case. `each`: an array of them. */
export function Uuid(
  options?: ValidationOptions,
  schema: ApiPropertyOptions = options?.each ? UUIDS : UUID,
): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => lowerCased(value)),
    rule('uuid', 'must be a UUID', isUuid, schema, options),
  );
}

/** An absolute http(s) URL of up to `max` characters. */
export function WebUrl({ max }: { max: number }): PropertyDecorator {
  return rule(
    'webUrl',
    `must be an http or https URL of up to ${max} characters`,
    (value) => {
      if (typeof value !== 'string' || hasUnstorable(value) || codePoints(value) > max) return false;
      return /^https?:\/\/[^\s]+$/i.test(value) && URL.canParse(value);
    },
    { type: String, format: 'uri', maxLength: max },
  );
}

/** A media type such as `application/pdf` (RFC 6838), parameters allowed. */
export function MimeType(): PropertyDecorator {
  const token = '[a-z0-9][a-z0-9!#$&^_.+-]{0,126}';
  const pattern = new RegExp(`^${token}/${token}( *;[\\x20-\\x7e]{1,120})?$`, 'i');
  return rule(
    'mimeType',
    'must be a MIME type such as image/png',
    (value) => typeof value === 'string' && pattern.test(value),
    { type: String, example: 'image/png' },
  );
}

/** One of these words. */
export function OneOf(...words: string[]): PropertyDecorator {
  return rule(
    'oneOf',
    `must be ${words.join(' or ')}`,
    (value) => typeof value === 'string' && words.includes(value),
    { type: String, enum: words },
  );
}

interface NumberRange {
  min: number;
  max: number;
}

/** A whole number. */
export function WholeNumber({ min, max }: NumberRange): PropertyDecorator {
  return rule(
    'wholeNumber',
    `must be a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    { type: 'integer', minimum: min, maximum: max },
  );
}

/** A whole number in a query string, which knows only digits. */
export function QueryNumber(range: NumberRange): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    WholeNumber(range),
  );
}

/** A field that may be left out; unlike class-validator's own, `null` does not count as left out. */
export const Optional = (): PropertyDecorator =>
  applyDecorators(
    ValidateIf((_, value) => value !== undefined),
    ApiProperty({ required: false }),
  );

const lowerCased = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(lowerCased);
  return typeof value === 'string' ? value.toLowerCase() : value;
};
