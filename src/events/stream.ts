/** `chat`: a talk's events, for its participants. `agent`: what concerns one agent alone. */
export type StreamKind = 'chat' | 'agent';

/** Names a stream everywhere: in tables, Redis channels and memory. */
export interface StreamKey {
  kind: StreamKind;
  id: string;
}

export const chatStream = (id: string): StreamKey => ({ kind: 'chat', id });
export const agentStream = (id: string): StreamKey => ({ kind: 'agent', id });

/** The key as one string; no id of one kind can pass for another's. */
export const streamName = ({ kind, id }: StreamKey): string => `${kind}:${id}`;
