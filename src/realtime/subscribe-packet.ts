import { DomainError } from '../errors/domain-error.js';
import { isUuid } from '../http/uuid.js';

/** What a client asks to follow. */
export interface SubscribePacket {
  /** None: every talk of the agent, now and later. */
  chatIds?: string[];
  /** The last seq that the client has, by talk. */
  after: Map<string, number>;
  /** The epoch that `after` belongs to. */
  epoch?: string;
}

/** @throws DomainError `invalid_request` that names the field */
export function parseSubscribe(value: unknown): SubscribePacket {
  const { chat_ids, after, epoch } = fieldsOf(value, ['chat_ids', 'after', 'epoch']);
  if (epoch !== undefined && typeof epoch !== 'string')
    throw DomainError.invalid('epoch', 'must be a string');
  return { chatIds: parseChatIds(chat_ids), after: parseAfter(after), epoch };
}

/** @throws DomainError `invalid_request` that names the field */
export function parseUnsubscribe(value: unknown): { chatIds?: string[] } {
  return { chatIds: parseChatIds(fieldsOf(value, ['chat_ids']).chat_ids) };
}

function fieldsOf(value: unknown, known: string[]): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw DomainError.invalid('packet', 'must be an object');
  const unknownField = Object.keys(value).find((key) => !known.includes(key));
  if (unknownField !== undefined) throw DomainError.invalid(unknownField, 'is not a known field');
  return value as Record<string, unknown>;
}

function parseChatIds(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw DomainError.invalid('chat_ids', 'must be an array of UUIDs');
  const ids = value.map((id: unknown, index) => parseId(id, `chat_ids.${index}`));
  return [...new Set(ids)];
}

function parseAfter(value: unknown): Map<string, number> {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw DomainError.invalid('after', 'must be an object of seqs by chat id');
  }
  return new Map(
    Object.entries(value).map(([id, seq]) => {
      const path = `after.${id}`;
      if (!Number.isSafeInteger(seq) || (seq as number) < 0) {
        throw DomainError.invalid(path, 'must be a whole number from 0');
      }
      return [parseId(id, path), seq as number];
    }),
  );
}

function parseId(value: unknown, path: string): string {
  if (!isUuid(value)) throw DomainError.invalid(path, 'must be a UUID');
  return value.toLowerCase();
}
