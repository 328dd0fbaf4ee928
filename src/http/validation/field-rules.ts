import type { ConstraintMetadata } from '#class-validator/metadata/ConstraintMetadata';
import { getMetadataStorage } from '#class-validator/metadata/MetadataStorage';
import type { ValidationMetadata } from '#class-validator/metadata/ValidationMetadata';
import type { ValidationArguments } from '#class-validator/validation/ValidationArguments';
import { ValidationTypes } from '#class-validator/validation/ValidationTypes';
import { ValidationUtils } from '#class-validator/validation/ValidationUtils';
import {
  itemTypeOf,
  normalizerOf,
  partsNamerOf,
  type Dto,
  type Normalizer,
  type PartsNamer,
} from './dto-metadata.js';

/** Whether a field's rules apply. */
type Condition = (body: object, value: unknown) => boolean;

/** One rule of class-validator's. */
export interface Check {
  isSound(body: object, value: unknown): boolean;
  /** The words that follow the field's path in a refusal. */
  message(body: object, value: unknown): string;
}

/** The compiled rules of one field. */
export interface Field {
  name: string;
  normalize?: Normalizer;
  conditions: Condition[];
  checks: Check[];
  partsOf?: PartsNamer;
  nestedType?: Dto;
}

/**
 * Compiles what class-validator's decorators say of a class and its parents.
 * @throws Error for what cannot be checked at once and always: async rules, groups, other kinds of metadata
 */
export function compileFields(dto: Dto): Field[] {
  const storage = getMetadataStorage();
  const metadatas = storage.getTargetValidationMetadatas(dto, '', false, false);
  if (metadatas.length === 0) throw new Error(`${dto.name} is not a DTO: none of its fields has a rule`);
  return Object.entries(storage.groupByPropertyName(metadatas)).map(([name, ofField]) => {
    try {
      return compileField(dto, name, ofField);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`${dto.name}.${name} cannot be validated: ${message}`, { cause: error });
    }
  });
}

function compileField(dto: Dto, name: string, metadatas: ValidationMetadata[]): Field {
  const prototype = dto.prototype as object;
  const field: Field = {
    name,
    normalize: normalizerOf(prototype, name),
    conditions: [],
    checks: [],
    partsOf: partsNamerOf(prototype, name),
    nestedType: undefined,
  };
  for (const metadata of metadatas) {
    if (metadata.groups?.length) throw new Error('groups are not supported');
    if (metadata.validateIf) throw new Error('the option validateIf is not supported');
    switch (metadata.type) {
      case ValidationTypes.CONDITIONAL_VALIDATION:
        field.conditions.push(metadata.constraints[0] as Condition);
        break;
      case ValidationTypes.CUSTOM_VALIDATION:
        field.checks.push(...compileChecks(dto, metadata));
        break;
      case ValidationTypes.NESTED_VALIDATION:
        field.nestedType = itemTypeOf(prototype, name);
        if (!field.nestedType) throw new Error('@ItemType() is missing');
        break;
      default:
        throw new Error(`metadata of the type ${metadata.type} is not supported`);
    }
  }
  if (field.checks.length === 0 && !field.nestedType) throw new Error('it has no rule');
  return field;
}

function compileChecks(dto: Dto, metadata: ValidationMetadata): Check[] {
  const constraints = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (constraints.length === 0) throw new Error(`${metadata.constraintCls.name} is not a constraint`);
  return constraints.map((constraint) => compileCheck(dto, metadata, constraint));
}

function compileCheck(dto: Dto, metadata: ValidationMetadata, constraint: ConstraintMetadata): Check {
  if (constraint.async) throw new Error('async rules are not supported');
  const { instance } = constraint;
  const { each } = metadata;
  const argumentsOf = (body: object, value: unknown): ValidationArguments => ({
    targetName: dto.name,
    property: metadata.propertyName,
    constraints: metadata.constraints,
    object: body,
    value,
  });
  // One for all calls, as a new one for each takes a quarter of the time of a whole body.
  const shared = argumentsOf(NOTHING, undefined);
  const isSound = (body: object, value: unknown): boolean => {
    shared.object = body;
    shared.value = value;
    const valid =
      each && Array.isArray(value) ? isEachValid(value) : instance.validate(value, shared) === true;
    shared.object = NOTHING;
    shared.value = undefined;
    return valid;
  };
  // A promise is not `true`: a rule that is async without saying so refuses everything.
  const isEachValid = (items: unknown[]): boolean =>
    items.every((item) => instance.validate(item, shared) === true);
  const message = (body: object, value: unknown): string => {
    const args = argumentsOf(body, value);
    const words = metadata.message || instance.defaultMessage?.(args) || 'is not valid';
    return ValidationUtils.replaceMessageSpecialTokens(withoutName(words), args);
  };
  return { isSound, message };
}

const NOTHING = {};

/** class-validator's own messages begin with the field's name, which the path says already. */
const withoutName = (words: ValidationMetadata['message']): ValidationMetadata['message'] =>
  typeof words === 'string' ? words.replace(/^\$property /, '') : words;
