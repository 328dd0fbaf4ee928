import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ArrayMaxSize } from '#class-validator/decorator/array/ArrayMaxSize';
import { IsIn } from '#class-validator/decorator/common/IsIn';
import { ValidateIf } from '#class-validator/decorator/common/ValidateIf';
import { ValidateNested } from '#class-validator/decorator/common/ValidateNested';
import { Max } from '#class-validator/decorator/number/Max';
import { Min } from '#class-validator/decorator/number/Min';
import { IsUUID } from '#class-validator/decorator/string/IsUUID';
import { IsArray } from '#class-validator/decorator/typechecker/IsArray';
import { IsInt } from '#class-validator/decorator/typechecker/IsInt';
import { IsString } from '#class-validator/decorator/typechecker/IsString';
import { registerDecorator } from '#class-validator/register-decorator';
import type { FieldError } from '../errors/domain-error.js';
import { isStorableText } from './text.js';
import { isUuid } from './uuid.js';
import { ItemType, NameParts, Normalize, type Dto, type Normalizer } from './validation/dto-metadata.js';

interface TextRange {
  min?: number;
  max: number;
}

/** A field with one rule of Talk's own; `normalize` makes what is checked of what was given. */
export const rule = (
  message: string,
  isSound: (value: unknown) => boolean,
  schema: ApiPropertyOptions,
  normalize?: Normalizer,
): PropertyDecorator =>
  applyDecorators(
    ApiProperty(schema),
    Satisfies(message, isSound),
    ...(normalize ? [Normalize(normalize)] : []),
  );

const Satisfies =
  (message: string, isSound: (value: unknown) => boolean): PropertyDecorator =>
  (prototype, name) =>
    registerDecorator({
      target: prototype.constructor,
      propertyName: String(name),
      options: { message },
      validator: { validate: isSound },
    });

/** Text that PostgreSQL and JSON can hold, its length counted in code points. */
export function StorableText({ min = 0, max }: TextRange): PropertyDecorator {
  const length = min > 0 ? `from ${min} to ${max}` : `up to ${max}`;
  return rule(
    `must be text of ${length} characters, without NUL or lone surrogates`,
    (value) => isStorableText(value, max, min),
    { type: String, ...(min > 0 && { minLength: min }), maxLength: max },
  );
}

/** An array of up to `max` objects of this class. */
export const ArrayOf = (item: () => Dto, { max }: { max?: number } = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: () => item(), isArray: true, maxItems: max }),
    IsArray({ message: 'must be an array' }),
    ...(max === undefined ? [] : [ArrayMaxSize(max, { message: `must have at most ${max} items` })]),
    ItemType(item),
    ValidateNested({ each: true, message: 'must be an object' }),
  );

const UUID = { type: 'string', format: 'uuid' } as const;

/** class-validator's name for a UUID of any version, those that no RFC knows included. */
const ANY_VERSION = 'loose';

/** A UUID of any version, taken in lower case. */
export const Uuid = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty(UUID),
    Normalize(lowerCased),
    IsUUID(ANY_VERSION, { message: 'must be a UUID' }),
  );

/** A UUID, or what the seed writes for "none". */
export const UuidOrEmpty = (): PropertyDecorator =>
  rule(
    'must be a UUID',
    (value) => value === undefined || isUuid(value),
    { type: String, pattern: '^(|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$' },
    (value) => (value === '' ? undefined : lowerCased(value)),
  );

/** An array of UUIDs, taken in lower case. */
export const Uuids = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'array', items: UUID }),
    Normalize((value) => (Array.isArray(value) ? value.map(lowerCased) : value)),
    IsArray({ message: 'must be an array' }),
    IsUUID(ANY_VERSION, { each: true, message: 'must be UUIDs' }),
    NameParts(wrongUuids),
  );

function* wrongUuids(items: unknown): Iterable<FieldError> {
  if (!Array.isArray(items)) return;
  for (const [index, item] of items.entries()) {
    if (!isUuid(item)) yield { path: String(index), message: 'must be a UUID' };
  }
}

/** An absolute http(s) URL of up to `max` characters. */
export function WebUrl({ max }: { max: number }): PropertyDecorator {
  return rule(
    `must be an http or https URL of up to ${max} characters`,
    (value) => isStorableText(value, max) && /^https?:\/\/[^\s]+$/i.test(value) && URL.canParse(value),
    { type: String, format: 'uri', maxLength: max },
  );
}

/** A media type such as `application/pdf` (RFC 6838), parameters allowed. */
export function MimeType(): PropertyDecorator {
  const token = '[a-z0-9][a-z0-9!#$&^_.+-]{0,126}';
  const pattern = new RegExp(`^${token}/${token}( *;[\\x20-\\x7e]{1,120})?$`, 'i');
  return rule(
    'must be a MIME type such as image/png',
    (value) => typeof value === 'string' && pattern.test(value),
    { type: String, example: 'image/png' },
  );
}

/** Any text. */
export const AnyText = (): PropertyDecorator =>
  applyDecorators(ApiProperty({ type: String }), IsString({ message: 'must be a string' }));

/** One of these words. */
export const OneOf = (...words: string[]): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: String, enum: words }),
    IsIn(words, { message: `must be ${words.join(' or ')}` }),
  );

interface NumberRange {
  min: number;
  max: number;
}

/** A whole number. */
export function WholeNumber({ min, max }: NumberRange): PropertyDecorator {
  const message = `must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    ApiProperty({ type: 'integer', minimum: min, maximum: max }),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** A whole number in a query string, which has only digits. */
export const QueryNumber = (range: NumberRange): PropertyDecorator =>
  applyDecorators(WholeNumber(range), Normalize(digitsToNumber));

/** A field that may be left out. `IsOptional` would admit `null` as well. */
export const Optional = (): PropertyDecorator =>
  applyDecorators(ValidateIf(isGiven), ApiProperty({ required: false }));

const isGiven = (_body: unknown, value: unknown): boolean => value !== undefined;

const digitsToNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;

const lowerCased = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
