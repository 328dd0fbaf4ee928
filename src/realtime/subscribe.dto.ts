import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '../errors/domain-error.js';
import { EXAMPLE_ID, Described, IdsField, TextField } from '../http/fields.js';
import { NameParts } from '../http/validation/dto-metadata.js';
import { isUuid } from '../http/uuid.js';
import { AnyText, Optional, rule, Uuids } from '../http/validators.js';

const SEQS = {
  type: 'object',
  additionalProperties: { type: 'integer', minimum: 0 },
  example: { [EXAMPLE_ID]: 42 },
} as const;

/** An object of seqs by talk, taken as a map whose ids are in lower case. */
const SeqsByTalk = (description: string): PropertyDecorator =>
  applyDecorators(
    rule(
      'must be an object of seqs by chat id',
      (value) => value instanceof Map && wrongSeqs(value).next().done === true,
      { ...SEQS, selfRequired: false, description },
      seqsByTalk,
    ),
    NameParts(wrongSeqs),
  );

const seqsByTalk = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value).map(([id, seq]) => [isUuid(id) ? id.toLowerCase() : id, seq as unknown]))
    : value;

function* wrongSeqs(value: unknown): Generator<FieldError, void> {
  if (!(value instanceof Map)) return;
  for (const [id, seq] of value as Map<string, unknown>) {
    if (!isUuid(id)) yield { path: id, message: 'must be a UUID' };
    else if (!isSeq(seq)) yield { path: id, message: 'must be a whole number from 0' };
  }
}

const isSeq = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

export class UnsubscribePacket {
  @Described('None: all of them, those to come included.', [EXAMPLE_ID])
  @Optional()
  @Uuids()
  chat_ids?: string[];
}

export class SubscribePacket {
  @Described('None: every talk I am in, now and later.')
  @Optional()
  @Uuids()
  chat_ids?: string[];

  @Optional()
  @SeqsByTalk('The last seq that I have, by talk.')
  after?: Map<string, number>;

  @Described('The `epoch` of the ack before; comes with `after`.', 'e1')
  @Optional()
  @AnyText()
  epoch?: string;
}

export class RefreshPacket {
  @Described('A JWT or an access key of the same agent.')
  @AnyText()
  token: string;
}

/** What a client learns once its replay is out. */
export interface SubscribeResult {
  epoch: string;
  /** Every talk that the socket follows, at the last event it was sent (or joined at). */
  positions: Record<string, number>;
  resync: string[];
  left: string[];
}

export class SubscribeAnswer implements SubscribeResult {
  @ApiProperty({ enum: [true], type: 'boolean' })
  ok: true;

  @TextField({ example: 'e1', description: 'Names the history that seqs belong to.' })
  epoch: string;

  @ApiProperty({ ...SEQS, description: 'Every talk followed, and the seq that it was followed to.' })
  positions: Record<string, number>;

  @IdsField({ description: 'Talks whose gap is not replayed: read their history again.', example: [] })
  resync: string[];

  @IdsField({ description: 'Talks of `after` that I am in no more.', example: [] })
  left: string[];
}
