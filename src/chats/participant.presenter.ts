import type { WireTime } from '../database/timestamp.js';
import { IdField, TimeField, WordField } from '../http/fields.js';
import type { Participant } from './participant.entity.js';

/** A participant on the wire. */
export class ParticipantResource {
  @IdField({ description: 'Of the membership, not of the agent.' })
  id: string;

  @IdField()
  customer_id: string;

  @WordField(['agent'])
  owner_type: 'agent';

  @IdField({ description: 'The agent.' })
  owner_id: string;

  @IdField()
  chat_id: string;

  @TimeField()
  tm_joined: WireTime;
}

export const presentParticipant = (participant: Participant): ParticipantResource => ({
  id: participant.id,
  customer_id: participant.customer_id,
  owner_type: participant.owner_type,
  owner_id: participant.owner_id,
  chat_id: participant.chat_id,
  tm_joined: participant.tm_joined,
});
