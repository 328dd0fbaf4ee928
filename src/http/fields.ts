import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

/** What the documents say of a field beside its type. */
interface Notes {
  description?: string;
  example?: unknown;
  required?: boolean;
}

const TIME = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}';
const EXAMPLE_TIME = '2024-01-17 10:30:00.000000';
export const EXAMPLE_ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';

const field = (type: ApiPropertyOptions, notes: Notes): PropertyDecorator =>
  ApiProperty({ ...type, ...notes } as ApiPropertyOptions);

/** Adds words and an example to a field whose validators give its type. */
export const Described = (description: string, example?: unknown): PropertyDecorator =>
  ApiProperty({ description, example });

export const IdField = (notes: Notes = {}): PropertyDecorator =>
  field({ type: String, format: 'uuid', example: EXAMPLE_ID }, notes);

export const IdsField = (notes: Notes = {}): PropertyDecorator =>
  field({ type: 'array', items: { type: 'string', format: 'uuid' } }, notes);

export const TextField = (notes: Notes = {}): PropertyDecorator => field({ type: String }, notes);

export const WordField = (words: readonly string[], notes: Notes = {}): PropertyDecorator =>
  field({ enum: [...words], example: words[0] }, notes);

export const CountField = (notes: Notes = {}): PropertyDecorator =>
  field({ type: 'integer', minimum: 0 }, notes);

/** A time in the wire's form. */
export const TimeField = (notes: Notes = {}): PropertyDecorator =>
  field({ type: String, pattern: `^${TIME}$`, example: EXAMPLE_TIME }, notes);

/** A time, or `""` for what has not come. */
export const OpenTimeField = (description: string): PropertyDecorator =>
  field({ type: String, pattern: `^(${TIME})?$`, example: '' }, { description });

/** Nest takes a function for a late type only where it is named `type`, so it is wrapped in one. */
export const ObjectField = (type: () => new () => object, notes: Notes = {}): PropertyDecorator =>
  field({ type: () => type() }, notes);

export const ListField = (item: () => new () => object, notes: Notes = {}): PropertyDecorator =>
  field({ type: () => item(), isArray: true }, notes);
