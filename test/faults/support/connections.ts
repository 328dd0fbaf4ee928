import { readFile } from 'node:fs/promises';

/** A TCP connection as the kernel sees the end of one process. */
interface TcpEnd {
  localPort: number;
  remotePort: number;
  /** Whether a process still holds it; what it has let go of may go on in the kernel for a while. */
  isHeld: boolean;
  /** Bytes that were written and not yet taken by the other end, and that came and were not yet read. */
  queued: number;
}

/** How it stands with one client's connection to a server of this machine. */
export interface ConnectionState {
  /** Whether the server still has it open. */
  isOpen: boolean;
  /** Bytes on their way in the kernel, on both ends. */
  queued: number;
}

/** The state of each of these clients' connections, by the port of the client. */
export async function connectionsOf(
  serverPort: number,
  clientPorts: number[],
): Promise<Map<number, ConnectionState>> {
  const ends = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1).map(parseEnd);
  const ofServer = new Map(
    ends.filter(({ localPort }) => localPort === serverPort).map((end) => [end.remotePort, end]),
  );
  const ofClients = new Map(
    ends.filter(({ remotePort }) => remotePort === serverPort).map((end) => [end.localPort, end]),
  );
  return new Map(
    clientPorts.map((port) => {
      const end = ofServer.get(port);
      const queued = (end?.queued ?? 0) + (ofClients.get(port)?.queued ?? 0);
      return [port, { isOpen: end?.isHeld ?? false, queued }];
    }),
  );
}

/** `sl local_address:port remote_address:port state tx_queue:rx_queue timer retransmits uid timeout inode …` */
function parseEnd(line: string): TcpEnd {
  const [, local = '', remote = '', , queues = '', , , , , inode] = line.trim().split(/\s+/);
  const portOf = (address: string): number => parseInt(address.split(':')[1] ?? '', 16);
  const [sending = 0, receiving = 0] = queues.split(':').map((bytes) => parseInt(bytes, 16));
  return {
    localPort: portOf(local),
    remotePort: portOf(remote),
    isHeld: inode !== '0',
    queued: sending + receiving,
  };
}
