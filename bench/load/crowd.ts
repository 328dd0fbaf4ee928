import pLimit from 'p-limit';
import type { Seat } from './plan.js';
import { DEAF } from './receiver.js';
import { connectSocketIo, type SocketIoClient } from './socket-io.js';

const AT_ONCE = 50;

/** What to have the crowd do next. */
export type CrowdOrder = { connect: Seat[] } | 'subscribe';

const limit = pLimit(AT_ONCE);
let clients: SocketIoClient[] = [];

async function obey(order: CrowdOrder): Promise<void> {
  if (order === 'subscribe') await limit.map(clients, (client) => client.subscribe('{}'));
  else clients = await limit.map(order.connect, (seat) => connectSocketIo(seat, DEAF));
}

/** Holds sockets that do nothing but answer pings; answers each order once all have done it. */
process.on('message', (order: CrowdOrder) => void obey(order).then(() => process.send?.('done')));
process.once('disconnect', () => process.exit(0));
