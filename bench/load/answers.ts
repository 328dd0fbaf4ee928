const OK = Buffer.from('"ok":true');
/** No answer's number has more digits. */
const DIGITS = 12;

/** Whether the answer that lies there says `"ok":true`. */
export function isOk(bytes: Buffer, start: number, end: number): boolean {
  const at = bytes.indexOf(OK, start);
  return at >= 0 && at < end;
}

/** The number that is written there. */
export const numberAt = (bytes: Buffer, start: number): number =>
  parseInt(bytes.toString('latin1', start, start + DIGITS), 10);
