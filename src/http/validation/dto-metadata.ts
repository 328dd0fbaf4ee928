/** A class whose fields have class-validator's decorators. */
export type Dto<Body extends object = object> = new () => Body;

/** Makes the value to be checked and used of the one that was given. */
export type Normalizer = (value: unknown) => unknown;

type ItemTypeOf = () => Dto;

const NORMALIZER = Symbol('normalizer');
const ITEM_TYPE = Symbol('item type');

/** Has a field's value normalized before it is checked. */
export const Normalize = (normalize: Normalizer): PropertyDecorator =>
  Reflect.metadata(NORMALIZER, normalize);

/** Names the class of a nested field's items, which the language does not keep for an array. */
export const ItemType = (type: ItemTypeOf): PropertyDecorator => Reflect.metadata(ITEM_TYPE, type);

export const normalizerOf = (prototype: object, name: string): Normalizer | undefined =>
  Reflect.getMetadata(NORMALIZER, prototype, name) as Normalizer | undefined;

export const itemTypeOf = (prototype: object, name: string): Dto | undefined =>
  (Reflect.getMetadata(ITEM_TYPE, prototype, name) as ItemTypeOf | undefined)?.();
