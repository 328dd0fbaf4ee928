import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** Connections are kept, as clients of a REST API do, and there are as many as requests at once. */
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Milliseconds without an answer after which a client gives up. */
const PATIENCE = 30_000;

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Posts JSON with as little work as possible, since it shares the machine with what it tests.
 * @throws Error with a `code` where no answer came
 */
export function post(
  baseUrl: string,
  path: string,
  token: string,
  body: unknown,
  keepAlive = true,
): Promise<HttpAnswer> {
  const text = JSON.stringify(body);
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent: keepAlive ? agent : false, headers, timeout: PATIENCE };
    const call = request(baseUrl + path, options, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (answer += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
      );
    });
    call.on('timeout', () => call.destroy(Object.assign(new Error('no answer'), { code: 'NO_ANSWER' })));
    call.on('error', reject);
    call.end(text);
  });
}
