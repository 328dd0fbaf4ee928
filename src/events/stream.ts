/**
 * `chat`: a talk's events, for its participants. `agent`: what concerns one agent alone.
 * `directory`: the one stream of revocations, for the replicas themselves.
 */
export const STREAM_KINDS = ['agent', 'chat', 'directory'] as const;

export type StreamKind = (typeof STREAM_KINDS)[number];

/** Names a stream everywhere: in tables, Redis channels and memory. */
export interface StreamKey {
  kind: StreamKind;
  id: string;
}

export const chatStream = (id: string): StreamKey => ({ kind: 'chat', id });
export const DIRECTORY_STREAM: StreamKey = { kind: 'directory', id: '00000000-0000-0000-0000-000000000000' };
export const agentStream = (id: string): StreamKey => ({ kind: 'agent', id });

/** The key as one string; no id of one kind can pass for another's. */
export const streamName = ({ kind, id }: StreamKey): string => `${kind}:${id}`;
