import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldError } from '../errors/domain-error.js';

/** Checks bodies and query strings against their DTO; unknown fields are refused. */
export const validationPipe = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => fieldErrors(error, ''));
      return new DomainError('invalid_request', describe(fields), fields);
    },
  });

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
