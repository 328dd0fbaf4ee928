import { DomainError, type FieldError } from '../../errors/domain-error.js';
import type { Dto } from './dto-metadata.js';
import { compileFields, type Check, type Field } from './field-rules.js';

/** Fields, or items in them, that one refusal names. */
const ERRORS_AT_MOST = 20;

interface PlannedField extends Field {
  /** The plan of the objects that the field holds. */
  nested?: ValidationPlan<object>;
}

const plans = new Map<Dto, ValidationPlan<object>>();

/**
 * The plan of a DTO, compiled when first asked for.
 * @throws Error that names the class and the field where a decorator cannot be compiled
 */
export function planOf<Body extends object>(dto: Dto<Body>): ValidationPlan<Body> {
  let plan = plans.get(dto);
  if (!plan) {
    plan = new ValidationPlan(dto);
    plans.set(dto, plan);
  }
  return plan as ValidationPlan<Body>;
}

/**
 * Checks bodies by the metadata that class-validator holds of a DTO, without looking it up at every call. It
 * refuses what `validateSync` does with `whitelist`, `forbidNonWhitelisted` and `stopAtFirstError`; also arrays
 * within arrays of objects, and fields named as what objects inherit.
 */
export class ValidationPlan<Body extends object> {
  private readonly fields: PlannedField[];
  private readonly names: Set<string>;

  constructor(dto: Dto<Body>) {
    this.fields = compileFields(dto).map((field) => ({
      ...field,
      nested: field.nestedType && planOf(field.nestedType),
    }));
    this.names = new Set(this.fields.map(({ name }) => name));
  }

  /**
   * The declared fields of a body, a query string or a packet, normalized.
   * @param where names the whole, should it be no object
   * @throws DomainError `invalid_request` that names each field that is wrong or not declared
   */
  take(value: unknown, where: string): Body {
    const errors = new Errors();
    if (!isObject(value)) errors.add(where, 'must be an object');
    // What it would have to hold is told as well.
    const body = this.takeFields(isObject(value) ? value : {}, '', errors);
    if (errors.named.length === 0) return body as Body;
    throw new DomainError(
      'invalid_request',
      errors.named.map(({ path, message }) => `${path} ${message}`).join('; '),
      errors.named,
    );
  }

  /** Walks only declared fields: names that objects inherit and deep nesting do no harm. */
  takeFields(given: Record<string, unknown>, prefix: string, errors: Errors): object {
    const body: Record<string, unknown> = {};
    let known = 0;
    for (const { name, normalize } of this.fields) {
      if (!Object.hasOwn(given, name)) continue;
      known += 1;
      const value = given[name];
      if (value !== undefined) body[name] = normalize ? normalize(value) : value;
    }
    const names = Object.keys(given);
    if (known < names.length) this.refuseUnknown(names, prefix, errors);
    // Only now, since a condition may look at the other fields of the body.
    for (const field of this.fields) {
      const value = body[field.name];
      if (!applies(field, body, value)) continue;
      const broken = brokenCheck(field, body, value);
      if (broken) addErrors(errors, prefix, field, broken, body);
      else if (field.nested && value !== undefined) {
        body[field.name] = takeNested(field.nested, value, prefix + field.name, errors);
      }
    }
    return body;
  }

  private refuseUnknown(names: string[], prefix: string, errors: Errors): void {
    for (const name of names) {
      if (errors.areEnough) return;
      if (!this.names.has(name)) errors.add(prefix + name, 'is not a known field');
    }
  }
}

/** Collects the first errors of a body. The bound keeps a caller from causing an answer of megabytes. */
class Errors {
  readonly named: FieldError[] = [];

  get areEnough(): boolean {
    return this.named.length >= ERRORS_AT_MOST;
  }

  add(path: string, message: string): void {
    if (!this.areEnough) this.named.push({ path, message });
  }
}

/** Loops, since `every` and `find` would make a function for each field of each body. */
function applies({ conditions }: Field, body: object, value: unknown): boolean {
  for (const holds of conditions) if (!holds(body, value)) return false;
  return true;
}

function brokenCheck({ checks }: Field, body: object, value: unknown): Check | undefined {
  for (const check of checks) if (!check.isSound(body, value)) return check;
  return undefined;
}

/** Adds an error for each wrong part, where the field names its parts; else one for the whole field. */
function addErrors(
  errors: Errors,
  prefix: string,
  { name, partsOf }: Field,
  broken: Check,
  body: Record<string, unknown>,
): void {
  const value = body[name];
  let isNamed = false;
  for (const { path, message } of partsOf?.(value) ?? []) {
    if (errors.areEnough) return;
    errors.add(`${prefix}${name}.${path}`, message);
    isNamed = true;
  }
  if (!isNamed) errors.add(prefix + name, broken.message(body, value));
}

/** An object or an array of objects. An array in an array is refused, though class-validator would look into it. */
function takeNested(plan: ValidationPlan<object>, value: unknown, path: string, errors: Errors): unknown {
  const takeOne = (item: unknown, itemPath: string): unknown => {
    if (errors.areEnough) return item;
    if (isObject(item)) return plan.takeFields(item, `${itemPath}.`, errors);
    errors.add(itemPath, 'must be an object');
    return item;
  };
  return Array.isArray(value)
    ? value.map((item, index) => takeOne(item, `${path}.${index}`))
    : takeOne(value, path);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
