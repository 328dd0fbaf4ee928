const CRLF = '\r\n';

/**
 * Cuts what Redis answers (RESP2) into whole replies, wherever the network cut it. The bytes of a
 * reply are left as they are.
 */
export class RespSplitter {
  private rest: Buffer = Buffer.alloc(0);

  /** The replies that are whole now. */
  take(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const replies: Buffer[] = [];
    let start = 0;
    for (let end = endOfReply(this.rest, 0); end !== undefined; end = endOfReply(this.rest, start)) {
      replies.push(this.rest.subarray(start, end));
      start = end;
    }
    this.rest = this.rest.subarray(start);
    return replies;
  }
}

/** Where the reply that begins at `start` ends; `undefined` while it is not whole. */
function endOfReply(buffer: Buffer, start: number): number | undefined {
  const lineEnd = buffer.indexOf(CRLF, start);
  if (lineEnd < 0) return undefined;
  const next = lineEnd + CRLF.length;
  const mark = String.fromCharCode(buffer[start] as number);
  const count = Number(buffer.toString('latin1', start + 1, lineEnd));
  if (mark === '$' && count >= 0) {
    const end = next + count + CRLF.length;
    return end <= buffer.length ? end : undefined;
  }
  if (mark !== '*') return next;
  let end: number | undefined = next;
  for (let left = count; left > 0 && end !== undefined; left -= 1) end = endOfReply(buffer, end);
  return end;
}

/** A publication as a subscriber of its channel is sent it. */
export interface Publication {
  channel: string;
  text: string;
}

/** The publication that a reply is; `undefined` for every other reply. */
export function readPublication(reply: Buffer): Publication | undefined {
  if (!reply.subarray(0, PUSH.length).equals(PUSH)) return undefined;
  const [channel, text] = readStrings(reply, PUSH.length, 2) as [string, string];
  return { channel, text };
}

export const writePublication = ({ channel, text }: Publication): Buffer =>
  Buffer.concat([PUSH, bulk(channel), bulk(text)]);

const bulk = (text: string): Buffer => Buffer.from(`$${Buffer.byteLength(text)}${CRLF}${text}${CRLF}`);

/** How every publication begins: three strings, of which the first says what it is. */
const PUSH = Buffer.concat([Buffer.from(`*3${CRLF}`), bulk('message')]);

function readStrings(buffer: Buffer, start: number, count: number): string[] {
  const strings: string[] = [];
  for (let at = start; strings.length < count;) {
    const lineEnd = buffer.indexOf(CRLF, at);
    const text = lineEnd + CRLF.length;
    const end = text + Number(buffer.toString('latin1', at + 1, lineEnd));
    strings.push(buffer.toString('utf8', text, end));
    at = end + CRLF.length;
  }
  return strings;
}
