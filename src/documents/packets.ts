import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_ID, Described, TextField } from '../http/fields.js';
import { Optional, Uuids } from '../http/validators.js';
import type { SubscribeResult } from '../realtime/socket-session.js';

/** A packet that clients send, and what its ack holds beside `ok`. */
export interface PacketNote {
  summary: string;
  shape: new () => object;
  /** The whole resource that the ack has as `data`. */
  data?: new () => object;
  /** The ack itself, where it is more than that. */
  answer?: new () => object;
}

const SEQS = {
  type: 'object',
  additionalProperties: { type: 'integer', minimum: 0 },
  example: { [EXAMPLE_ID]: 42 },
} as const;

class UnsubscribePacket {
  @Described('None: all of them, those to come included.', [EXAMPLE_ID])
  @Optional()
  @Uuids()
  chat_ids?: string[];
}

class SubscribePacket {
  @Described('None: every talk I am in, now and later.')
  @Optional()
  @Uuids()
  chat_ids?: string[];

  @ApiProperty({ ...SEQS, selfRequired: false, description: 'The last seq that I have, by talk.' })
  after?: Record<string, number>;

  @TextField({
    required: false,
    description: 'The `epoch` of the ack before; comes with `after`.',
    example: 'e1',
  })
  epoch?: string;
}

class RefreshPacket {
  @TextField({ description: 'A JWT or an access key of the same agent.' })
  token: string;
}

/** What comes once the replay is out. */
class SubscribeAnswer implements SubscribeResult {
  @ApiProperty({ enum: [true], type: 'boolean' })
  ok: true;

  @TextField({ example: 'e1', description: 'Names the history that seqs belong to.' })
  epoch: string;

  @ApiProperty({ ...SEQS, description: 'Every talk followed, and the seq that it was followed to.' })
  positions: Record<string, number>;

  @Described('Talks whose gap is not replayed: read their history again.', [])
  @Uuids()
  resync: string[];

  @Described('Talks of `after` that I am in no more.', [])
  @Uuids()
  left: string[];
}

/** The packets that no feature registers. */
export const OWN_PACKETS: Record<string, PacketNote> = {
  subscribe: {
    summary: 'Follows talks, and replays what came after what I have',
    shape: SubscribePacket,
    answer: SubscribeAnswer,
  },
  unsubscribe: { summary: 'Follows talks no more', shape: UnsubscribePacket },
  refresh: { summary: 'Puts a newer token in place of the one that I came with', shape: RefreshPacket },
};
