import { headOf, RawConnection } from './raw-connection.js';

export const WEB_SOCKET_HEADERS = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

const HANDSHAKE = headOf(
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: talk',
  ...WEB_SOCKET_HEADERS,
);

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 };

/** A frame as a client sends it, masked with zeros; `isLast` is false for all parts of a message but the last. */
export function frame(content: string | Buffer, opcode = OPCODE.text, isLast = true): Buffer {
  const payload = Buffer.from(content as string);
  const first = opcode | (isLast ? 0x80 : 0);
  return Buffer.concat([Buffer.from([first]), maskedLength(payload.length), Buffer.alloc(4), payload]);
}

function maskedLength(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const isShort = length < 65_536;
  const bytes = Buffer.alloc(isShort ? 3 : 9);
  bytes[0] = 0x80 | (isShort ? 126 : 127);
  bytes.writeUIntBE(length, isShort ? 1 : 5, isShort ? 2 : 4);
  return bytes;
}

/** So many copies of a frame, as one piece. */
export const burst = (content: string, count: number): Buffer =>
  Buffer.concat(Array.from<Buffer>({ length: count }).fill(frame(content)));

/** The packet that names an agent. */
export const naming = (token: string): Buffer => frame(`40${JSON.stringify({ token })}`);

/** A WebSocket that has named nobody; resolves when the handshake is answered. */
export async function openWebSocket(url: string, from?: string): Promise<RawConnection> {
  const connection = await RawConnection.open(url, from);
  connection.write(HANDSHAKE);
  await connection.until(/\r\n\r\n/);
  return connection;
}

/** A WebSocket that has named an agent, and was answered. */
export async function openWebSocketAs(token: string, url: string, from?: string): Promise<RawConnection> {
  const connection = await openWebSocket(url, from);
  connection.write(naming(token));
  await connection.until(/40\{"sid"|44\{/);
  return connection;
}
