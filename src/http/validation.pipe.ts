import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldError } from '../errors/domain-error.js';

/** No body of ours is deeper than four; much deeper ones would exhaust the stack of whoever walks them. */
const DEPTH_AT_MOST = 16;

/** Every object or class has these, so they look known to the validator. */
const INHERITED = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Checks bodies, query strings and packets against their DTO; unknown fields are refused. */
@Injectable()
export class StrictValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => {
        const fields = errors.flatMap((error) => fieldErrors(error, ''));
        return new DomainError('invalid_request', describe(fields), fields);
      },
    });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type } = metadata;
    if (type !== 'body' && type !== 'query') return Promise.resolve(value);
    const fields = value === undefined ? {} : value;
    if (!isObject(fields)) throw DomainError.invalid(type, 'must be an object');
    refuseUnwalkable(fields, '', 0);
    return super.transform(fields, metadata) as Promise<unknown>;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuses what the validator would not see or not survive: inherited names, arrays in arrays, bottomless nesting. */
function refuseUnwalkable(value: unknown, path: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEPTH_AT_MOST) throw DomainError.invalid(path.slice(1), 'is nested too deeply');
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = `${path}.${key}`;
    if (INHERITED.has(key)) throw DomainError.invalid(innerPath.slice(1), 'is not a known field');
    if (Array.isArray(value) && Array.isArray(inner)) {
      throw DomainError.invalid(innerPath.slice(1), 'must not be an array');
    }
    refuseUnwalkable(inner, innerPath, depth + 1);
  }
}

function fieldErrors({ property, constraints, children }: ValidationError, parent: string): FieldError[] {
  const path = parent ? `${parent}.${property}` : property;
  const messages = Object.entries(constraints ?? {}).map(([rule, message]) => ({
    path,
    message: rule === 'whitelistValidation' ? 'is not a known field' : message,
  }));
  return [...messages, ...(children ?? []).flatMap((child) => fieldErrors(child, path))];
}

const describe = (fields: FieldError[]): string =>
  fields.map(({ path, message }) => `${path} ${message}`).join('; ');
