import type { WireTime } from '../database/timestamp.js';
import type { Origin } from '../ops/origin.js';
import { chatStream, type StreamKey, type StreamKind } from './stream.js';

type ChatEventType =
  | 'message_created'
  | 'message_updated'
  | 'message_deleted'
  | 'reaction_added'
  | 'reaction_removed'
  | 'participant_joined'
  | 'participant_left'
  | 'chat_updated'
  | 'chat_closed'
  | 'chat_reopened'
  | 'chat_deleted';

type AgentEventType = 'chat_joined' | 'chat_left';

/** Whoever it names has to show again who it is; never sent to clients. */
type DirectoryEventType = 'agent_changed' | 'access_key_revoked';

/** Those that clients are sent. */
export type ClientEventType = ChatEventType | AgentEventType;

export type EventType = ClientEventType | DirectoryEventType;

/** One event as it is stored and as replicas pass it on. */
export interface Envelope {
  kind: StreamKind;
  stream_id: string;
  /** 1, 2, 3 … within its stream. */
  seq: number;
  type: EventType;
  tm_create: WireTime;
  /** The resource, or for an agent's own events a {@link MembershipChange}. */
  payload: object;
  /** The call it comes from, where debug lines or traces want to know. */
  origin?: Origin;
}

/** The payload of `chat_joined` and `chat_left`. */
export interface MembershipChange {
  chat_id: string;
  /** Joined: the talk's seq just before one's own `participant_joined`; left: that of `participant_left`. */
  seq: number;
  data: unknown;
}

/** The payload of an event of the directory: what is no longer what it was. */
export interface Revocation {
  agent_id?: string;
  access_key_id?: string;
}

export const isMembershipChange = (
  envelope: Envelope,
): envelope is Envelope & { payload: MembershipChange } => envelope.kind === 'agent';

/** The talk that an agent's own event is about, and whether it is followed from there on or no more. */
export function membershipChange(envelope: Envelope & { payload: MembershipChange }): {
  stream: StreamKey;
  seq: number;
  joined: boolean;
} {
  const { chat_id, seq } = envelope.payload;
  return { stream: chatStream(chat_id), seq, joined: envelope.type === 'chat_joined' };
}

/** True where this is the last event of its stream that `agentId` may see. */
export function endsFor(envelope: Envelope, agentId: string): boolean {
  if (envelope.type === 'chat_deleted') return true;
  return (
    envelope.type === 'participant_left' && (envelope.payload as { owner_id: string }).owner_id === agentId
  );
}
