import { EXAMPLE_ID } from '../http/fields.js';
import type { EventNote } from './events.js';
import type { PacketKind } from '../realtime/packets.js';
import { schemaRef, type Schema } from './schemas.js';

/** A message of AsyncAPI: an event, a packet or an ack. */
export interface Message {
  name: string;
  summary: string;
  payload: Schema;
  examples?: { payload: unknown }[];
}

const object = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

const is = (value: boolean): Schema => ({ type: 'boolean', enum: [value] });

/** An event as it is emitted under its name. */
export const eventMessage = (name: string, { summary, data }: EventNote): Message => ({
  name,
  summary,
  payload: object({
    type: { type: 'string', enum: [name] },
    chat_id: { type: 'string', format: 'uuid', example: EXAMPLE_ID },
    // A talk that I am in from its beginning has no event yet.
    seq: { type: 'integer', minimum: name === 'chat_joined' ? 0 : 1, example: 42 },
    tm_create: { type: 'string', example: '2024-01-17 10:30:00.000000' },
    data: schemaRef(data.name),
  }),
});

export const packetMessage = (name: string, { summary, payload }: PacketKind): Message => ({
  name,
  summary,
  payload: schemaRef(payload.name),
});

/** What the client's acknowledgement is called with: done, or a refusal. */
export const ackMessage = (name: string, { data, answer }: PacketKind): Message => ({
  name: `${name}_ack`,
  summary: `Answers \`${name}\``,
  payload: {
    oneOf: [
      answer ? schemaRef(answer.name) : object({ ok: is(true), ...(data && { data: schemaRef(data.name) }) }),
      object({ ok: is(false), error: schemaRef('Problem') }),
    ],
  },
});
