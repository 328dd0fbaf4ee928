import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { declareField, takeItems, type Shape, type TakeValue } from './shape.js';
import { isStorableText } from './text.js';
import { isUuid } from './uuid.js';

interface TextRange {
  min?: number;
  max: number;
}

/** What a field may hold: how its value is taken, and the schema by which the documents tell of it. */
const field = (take: TakeValue, schema: ApiPropertyOptions): PropertyDecorator =>
  applyDecorators(ApiProperty(schema), declareField({ take }));

/** A field with one check; `read` tells what is taken for what was given. */
export const rule = (
  message: string,
  isSound: (value: unknown) => boolean,
  schema: ApiPropertyOptions,
  read = (value: unknown): unknown => value,
): PropertyDecorator =>
  field((given, path, errors) => {
    const value = read(given);
    if (!isSound(value)) errors.push({ path, message });
    return value;
  }, schema);

/** An array of up to `max` items, whose items are taken as told. */
const array =
  (takeAll: TakeValue, max = Infinity): TakeValue =>
  (value, path, errors) => {
    const message = !Array.isArray(value)
      ? 'must be an array'
      : value.length > max && `must have at most ${max} items`;
    if (!message) return takeAll(value, path, errors);
    errors.push({ path, message });
    return value;
  };

/** Text that PostgreSQL and JSON can hold, its length counted in code points. */
export function StorableText({ min = 0, max }: TextRange): PropertyDecorator {
  const length = min > 0 ? `from ${min} to ${max}` : `up to ${max}`;
  return rule(
    `must be text of ${length} characters, without NUL or lone surrogates`,
    (value) => isStorableText(value, max, min),
    { type: String, ...(min > 0 && { minLength: min }), maxLength: max },
  );
}

/** An array of objects, each with a shape of its own. */
export const ArrayOf = (item: () => Shape, { max }: { max?: number } = {}): PropertyDecorator =>
  field(array(takeItems(item), max), { type: () => item(), isArray: true, maxItems: max });

const UUID = { type: 'string', format: 'uuid' } as const;

/** A UUID of any version, taken in lower case. */
export const Uuid = (): PropertyDecorator => rule('must be a UUID', isUuid, UUID, lowerCased);

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
  field(
    array((value, path, errors) =>
      (value as unknown[]).map(lowerCased).map((item, index) => {
        if (!isUuid(item)) errors.push({ path: `${path}.${index}`, message: 'must be a UUID' });
        return item;
      }),
    ),
    { type: 'array', items: UUID },
  );

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

/** Any text, or nothing but text. */
export const AnyText = (): PropertyDecorator =>
  rule('must be a string', (value) => typeof value === 'string', { type: String });

/** One of these words. */
export function OneOf(...words: string[]): PropertyDecorator {
  return rule(
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
export const WholeNumber = (range: NumberRange): PropertyDecorator => wholeNumber(range);

/** A whole number in a query string, which knows only digits. */
export const QueryNumber = (range: NumberRange): PropertyDecorator =>
  wholeNumber(range, (value) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
  );

const wholeNumber = ({ min, max }: NumberRange, read?: (value: unknown) => unknown): PropertyDecorator =>
  rule(
    `must be a whole number from ${min} to ${max}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    { type: 'integer', minimum: min, maximum: max },
    read,
  );

/** A field that may be left out; `null` does not count as left out. */
export const Optional = (): PropertyDecorator =>
  applyDecorators(declareField({ isOptional: true }), ApiProperty({ required: false }));

const lowerCased = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
