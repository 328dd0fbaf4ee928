import type { Seat, Wire } from './plan.js';
import type { Hearing, Receiver } from './receiver.js';
import { connectSocketIo } from './socket-io.js';
import { connectWs } from './ws.js';

/** Resolves once it follows its talks. */
export async function openReceiver(wire: Wire, seat: Seat, hearing: Hearing): Promise<Receiver> {
  if (wire === 'ws') return connectWs(seat, hearing);
  const receiver = await connectSocketIo(seat, hearing);
  await receiver.subscribe('{}');
  return receiver;
}
