import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { isStorableText } from '../http/text.js';

export const KEY_MAX = 128;

const HEADER = {
  name: 'Idempotency-Key',
  description: 'Makes a retry safe: the same again from the same agent returns the first result.',
  schema: { type: 'string', minLength: 1, maxLength: KEY_MAX },
} as const;

const readKey = (_: unknown, context: ExecutionContext): string | undefined => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (key === '' || !isStorableText(key, KEY_MAX)) {
    throw DomainError.invalid('Idempotency-Key', `must be text of 1 to ${KEY_MAX} characters`);
  }
  return key;
};

/** The call's `Idempotency-Key`, `undefined` if there is none. */
export const IdempotencyKey = createParamDecorator(readKey, [
  (target, key, index) => {
    const method = Object.getOwnPropertyDescriptor(target, key ?? index);
    if (method) ApiHeader(HEADER)(target, key ?? '', method);
  },
]);

/**
 * The one key of a message that may come with either.
 * @throws DomainError `invalid_request` where both are given and differ
 */
export function agreedKey(
  header: string | undefined,
  clientMessageId: string | undefined,
): string | undefined {
  if (header !== undefined && clientMessageId !== undefined && header !== clientMessageId) {
    throw DomainError.invalid('client_message_id', 'must be the same as the Idempotency-Key');
  }
  return clientMessageId ?? header;
}
