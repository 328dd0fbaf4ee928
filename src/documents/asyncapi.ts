import { Problem } from '../http/problem.js';
import type { PacketKind } from '../realtime/packets.js';
import { EVENTS } from './events.js';
import { exampleOf } from './examples.js';
import { ackMessage, eventMessage, packetMessage, type Message } from './messages.js';
import { neededBy, type Schemas } from './schemas.js';

const CHANNEL = { $ref: '#/channels/socket' };

/** What is the same whatever the events and packets are. */
const FRAME = {
  asyncapi: '3.0.0',
  info: {
    title: 'Talk',
    version: '1.0',
    description: 'What Talk pushes over Socket.IO, and the packets that it takes.',
    license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
  },
  defaultContentType: 'application/json',
  servers: {
    talk: {
      host: '{host}',
      pathname: '/socket.io',
      protocol: 'ws',
      description: "Socket.IO with `transports: ['websocket']`; the token also as `auth.token`.",
      variables: { host: { default: 'localhost:3000' } },
      security: ['bearer', 'token', 'accesskey'].map((name) => ({
        $ref: `#/components/securitySchemes/${name}`,
      })),
    },
  },
};

const SECURITY = {
  bearer: { type: 'http', scheme: 'bearer' },
  token: { type: 'httpApiKey', in: 'query', name: 'token' },
  accesskey: { type: 'httpApiKey', in: 'query', name: 'accesskey' },
};

/** Makes the AsyncAPI document of every event and of every packet with its ack. */
export class AsyncApi {
  private readonly packets: [string, PacketKind][];

  constructor(packets: ReadonlyMap<string, PacketKind>) {
    this.packets = [...packets];
  }

  /** The classes whose schemas it needs. */
  get models(): (new () => object)[] {
    const ofPackets = this.packets.flatMap(([, { payload, data, answer }]) => [payload, data, answer]);
    const ofEvents = Object.values(EVENTS).map(({ data }) => data);
    return [Problem, ...ofEvents, ...ofPackets.filter((model) => model !== undefined)];
  }

  build(schemas: Schemas): object {
    const messages = this.messages();
    for (const message of Object.values(messages)) {
      message.examples = [{ payload: exampleOf(message.payload, schemas) }];
    }
    const names = Object.keys(messages);
    return {
      ...FRAME,
      channels: { socket: { address: '/', messages: Object.fromEntries(names.map(componentRef)) } },
      operations: this.operations(),
      components: { messages, schemas: neededBy(messages, schemas), securitySchemes: SECURITY },
    };
  }

  private messages(): Record<string, Message> {
    const events = Object.entries(EVENTS).map(([name, note]) => [name, eventMessage(name, note)]);
    const packets = this.packets.flatMap(([name, note]) => [
      [name, packetMessage(name, note)],
      [`${name}_ack`, ackMessage(name, note)],
    ]);
    return Object.fromEntries([...events, ...packets]) as Record<string, Message>;
  }

  private operations(): object {
    const events = Object.entries(EVENTS).map(([name, { summary }]) => [
      name,
      { action: 'send', channel: CHANNEL, summary, messages: [channelRef(name)] },
    ]);
    const packets = this.packets.map(([name, { summary }]) => [
      name,
      {
        action: 'receive',
        channel: CHANNEL,
        summary,
        messages: [channelRef(name)],
        reply: { channel: CHANNEL, messages: [channelRef(`${name}_ack`)] },
      },
    ]);
    return Object.fromEntries([...events, ...packets]) as object;
  }
}

const componentRef = (name: string): [string, object] => [name, { $ref: `#/components/messages/${name}` }];

const channelRef = (name: string): object => ({ $ref: `${CHANNEL.$ref}/messages/${name}` });
