const TEXT = 0x81;
const MASKED = 0x80;
const SHORT = 125;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/** A masked text frame, as a client has to send it; of its masks we take the one that changes nothing. */
export function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head =
    length <= SHORT ? [TEXT, MASKED | length] : [TEXT, MASKED | TWO_BYTES, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

/** What is called with each frame: its payload lies in `bytes` from `start` to before `end`, until it returns. */
export type FrameListener = (bytes: Buffer, start: number, end: number) => void;

/** Cuts what a server sends into its frames, without copying but where a frame comes in pieces. */
export class FrameReader {
  private rest: Buffer | undefined;

  constructor(private readonly onFrame: FrameListener) {}

  push(chunk: Buffer): void {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    let at = 0;
    while (at < bytes.length) {
      const start = payloadStart(bytes, at);
      if (start > bytes.length) break;
      const end = start + payloadLength(bytes, at);
      if (end > bytes.length) break;
      this.onFrame(bytes, start, end);
      at = end;
    }
    this.rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
  }
}

const firstLength = (bytes: Buffer, at: number): number => (bytes[at + 1] ?? EIGHT_BYTES) & 127;

function payloadStart(bytes: Buffer, at: number): number {
  const length = firstLength(bytes, at);
  if (length <= SHORT) return at + 2;
  return length === TWO_BYTES ? at + 4 : at + 10;
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = firstLength(bytes, at);
  if (length <= SHORT) return length;
  return length === TWO_BYTES ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
