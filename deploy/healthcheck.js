import { get } from 'node:http';

/** Addresses to listen on that are none to call. */
const EVERYWHERE = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const { HOST = '0.0.0.0', PORT = '3000' } = process.env;
const request = get({ host: EVERYWHERE[HOST] ?? HOST, port: PORT, path: '/livez', timeout: 3000 });
request.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
