import { isMembershipChange, type Envelope } from '../events/event.js';
import { jsonOnce } from '../http/json.js';

/** One event in the form in which every socket is sent it. */
export interface EventFrame {
  /** As Socket.IO encodes it, for Engine.IO to send. */
  packet: string;
  /** The same as a finished WebSocket frame. */
  bytes: Buffer;
}

const frames = new WeakMap<Envelope, EventFrame>();

/** The frame of an event, encoded once however many sockets it goes to. */
export function frameOf(envelope: Envelope): EventFrame {
  const known = frames.get(envelope);
  if (known) return known;
  // Socket.IO's 2: an event of the namespace `/`.
  const packet = `2[${JSON.stringify(envelope.type)},${wireJson(envelope)}]`;
  // Engine.IO's 4: a message.
  const frame = { packet, bytes: textFrame(`4${packet}`) };
  frames.set(envelope, frame);
  return frame;
}

/** The event as contract section 4 has it, `{type, chat_id, seq, tm_create, data}`, around the JSON of its resource. */
function wireJson(envelope: Envelope): string {
  const { type, tm_create } = envelope;
  if (isMembershipChange(envelope)) {
    const { chat_id, seq, data } = envelope.payload;
    return JSON.stringify({ type, chat_id, seq, tm_create, data });
  }
  const head = JSON.stringify({ type, chat_id: envelope.stream_id, seq: envelope.seq, tm_create });
  return `${head.slice(0, -1)},"data":${jsonOnce(envelope.payload)}}`;
}

/** An unmasked text frame of RFC 6455, section 5.2: whole, with its length in 7, 16 or 64 bits. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + lengthBytes + length);
  frame[0] = 0x81;
  if (lengthBytes === 0) frame[1] = length;
  else if (lengthBytes === 2) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, 2 + lengthBytes);
  return frame;
}
