import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import { handleRequests } from './requests.js';
import { Sends } from './sends.js';
import { Fanout } from './fanout.js';
import { acceptSockets } from './sockets.js';
import { Tokens } from './tokens.js';

const CONNECTIONS = 10;

const { DATABASE_URL, JWT_SECRET = '', REDIS_URL } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: CONNECTIONS, pipeline: true });
const tokens = new Tokens(JWT_SECRET);
const fanout = new Fanout(
  REDIS_URL ? { publisher: new Redis(REDIS_URL), subscriber: new Redis(REDIS_URL) } : undefined,
);
const sends = new Sends(pool, fanout);
const server = createServer({ keepAliveTimeout: 60_000 }, handleRequests(pool, tokens, sends));
acceptSockets(server, pool, tokens, sends, fanout);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`bare is ready at http://127.0.0.1:${port}`);
});
process.once('SIGTERM', () => process.exit(0));
