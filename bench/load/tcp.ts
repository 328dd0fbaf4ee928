import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** All connections read into the same bytes: nothing is allocated for what comes in. */
const SHARED = Buffer.allocUnsafeSlow(256 * 1024);

/** Connects to a server of this machine; `onBytes` has to copy what it wants to keep. */
export async function connectTcp(url: string, onBytes: (bytes: Buffer) => void): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer: SHARED,
      callback: (length) => {
        onBytes(SHARED.subarray(0, length));
        return true;
      },
    },
  });
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}
