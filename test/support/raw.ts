import { connect } from 'node:net';

const PATIENCE = 10_000;
/** Milliseconds without a byte after which an answer counts as whole. */
const QUIET = 300;

/** What came back on a connection that bytes were written to as they stand. */
export interface RawAnswer {
  /** 0 where nothing came back. */
  status: number;
  head: string;
  body: string;
  /** All of it, where several answers came. */
  text: string;
}

/** Writes these bytes to a connection of its own and reads until the server closes it or falls silent. */
export function exchange(url: string, ...chunks: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const connection = connect(Number(port), hostname);
    let answer = '';
    const finish = (): void => {
      connection.destroy();
      resolve(parse(answer));
    };
    connection.setTimeout(PATIENCE, finish);
    connection.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      connection.setTimeout(QUIET);
    });
    connection.on('error', finish);
    connection.on('close', finish);
    for (const chunk of chunks)
      connection.write(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  });
}

/** Writes the beginning of a request, then is gone. */
export function abandon(url: string, beginning: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const connection = connect(Number(port), hostname);
    connection.on('error', () => undefined);
    connection.on('close', () => resolve());
    connection.write(beginning, () => setTimeout(() => connection.resetAndDestroy(), 50));
  });
}

function parse(answer: string): RawAnswer {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body, text: answer };
}
