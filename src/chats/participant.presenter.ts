import type { WireTime } from '../database/timestamp.js';
import type { Participant } from './participant.entity.js';

/** A participant on the wire. */
export interface ParticipantResource {
  id: string;
  customer_id: string;
  owner_type: 'agent';
  owner_id: string;
  chat_id: string;
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
