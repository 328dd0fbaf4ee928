import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that operating systems give to outgoing connections, which could take it meanwhile. */
const FIRST = 10_000;
const LAST = 32_000;

/** @returns {Promise<number>} */
export async function freePort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const server = createServer();
    const isFree = await listens(server.listen(port, '127.0.0.1'));
    server.close();
    if (isFree) return port;
  }
}

const listens = (server) =>
  once(server, 'listening').then(
    () => true,
    () => false,
  );
