import { DomainError, type FieldError } from '../errors/domain-error.js';

/** Takes a field's value as it is to be used, and tells what is wrong with it. */
export type TakeValue = (value: unknown, path: string, errors: FieldError[]) => unknown;

/** A class whose fields are decorated with what they may hold. */
export type Shape<Body extends object = object> = new () => Body;

interface Field {
  take: TakeValue;
  isOptional: boolean;
}

/** Of each decorated prototype, its own fields. */
const declared = new WeakMap<object, Map<string, Partial<Field>>>();
/** Of each shape, its own fields and those that it inherits. */
const known = new WeakMap<Shape, Map<string, Field>>();

/** Tells what a field of a shape may hold. */
export const declareField =
  (part: Partial<Field>): PropertyDecorator =>
  (prototype, name) => {
    const fields = declared.get(prototype) ?? new Map<string, Partial<Field>>();
    declared.set(prototype, fields.set(String(name), { ...fields.get(String(name)), ...part }));
  };

/**
 * The fields of a shape out of a body, a query string or a packet; whatever else is in there is refused.
 * @param where names the whole, should it be no object
 * @throws DomainError `invalid_request` that names each field that is wrong
 */
export function takeShape<Body extends object>(shape: Shape<Body>, value: unknown, where: string): Body {
  const errors: FieldError[] = [];
  if (!isObject(value)) errors.push({ path: where, message: 'must be an object' });
  // What it would have to hold is told as well.
  const body = takeFields(shape, isObject(value) ? value : {}, '', errors);
  if (errors.length === 0) return body as Body;
  throw new DomainError(
    'invalid_request',
    errors.map(({ path, message }) => `${path} ${message}`).join('; '),
    errors,
  );
}

/** An array of such a shape. */
export const takeItems =
  (shape: () => Shape): TakeValue =>
  (value, path, errors) =>
    (value as unknown[]).map((item, index) => {
      if (isObject(item)) return takeFields(shape(), item, `${path}.${index}.`, errors);
      errors.push({ path: `${path}.${index}`, message: 'must be an object' });
      return item;
    });

/** Walks only what is declared, so that nothing nested too deeply, or named as what objects inherit, does harm. */
function takeFields(shape: Shape, value: object, prefix: string, errors: FieldError[]): object {
  const fields = fieldsOf(shape);
  for (const name of Object.keys(value)) {
    if (!fields.has(name)) errors.push({ path: prefix + name, message: 'is not a known field' });
  }
  const taken: Record<string, unknown> = {};
  for (const [name, { take, isOptional }] of fields) {
    const given = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (given !== undefined || !isOptional) taken[name] = take(given, prefix + name, errors);
  }
  return taken;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(shape: Shape): Map<string, Field> {
  const found = known.get(shape);
  if (found) return found;
  const fields = new Map<string, Field>();
  for (const prototype of prototypesOf(shape)) {
    for (const [name, { take, isOptional = false }] of declared.get(prototype) ?? []) {
      if (!take) throw new Error(`it is not told what ${shape.name}.${name} may hold`);
      if (!fields.has(name)) fields.set(name, { take, isOptional });
    }
  }
  known.set(shape, fields);
  return fields;
}

/** From the shape's own to that of the class which inherits nothing. */
function prototypesOf({ prototype }: Shape): object[] {
  const found: object[] = [];
  for (let next = prototype as object | null; next; next = Object.getPrototypeOf(next) as object | null) {
    found.push(next);
  }
  return found;
}
