import type { FieldError } from '../../errors/domain-error.js';

/** A class whose fields have class-validator's decorators. */
export type Dto<Body extends object = object> = new () => Body;

/** Makes the value to be checked and used of the one that was given. */
export type Normalizer = (value: unknown) => unknown;

/** Names the parts of a value that are wrong, each by its path within it, one after the other: few are asked for. */
export type PartsNamer = (value: unknown) => Iterable<FieldError>;

type ItemTypeOf = () => Dto;

const NORMALIZER = Symbol('normalizer');
const PARTS_NAMER = Symbol('parts namer');
const ITEM_TYPE = Symbol('item type');

/** Has a field's value normalized before it is checked. */
export const Normalize = (normalize: Normalizer): PropertyDecorator =>
  Reflect.metadata(NORMALIZER, normalize);

/** Has a refusal name the parts of a field's value that are wrong, where there are such. */
export const NameParts = (namer: PartsNamer): PropertyDecorator => Reflect.metadata(PARTS_NAMER, namer);

/** Names the class of a nested field's items, which the language does not keep for an array. */
export const ItemType = (type: ItemTypeOf): PropertyDecorator => Reflect.metadata(ITEM_TYPE, type);

export const normalizerOf = (prototype: object, name: string): Normalizer | undefined =>
  Reflect.getMetadata(NORMALIZER, prototype, name) as Normalizer | undefined;

export const partsNamerOf = (prototype: object, name: string): PartsNamer | undefined =>
  Reflect.getMetadata(PARTS_NAMER, prototype, name) as PartsNamer | undefined;

export const itemTypeOf = (prototype: object, name: string): Dto | undefined =>
  (Reflect.getMetadata(ITEM_TYPE, prototype, name) as ItemTypeOf | undefined)?.();
