import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One address before several replicas: each connection goes to the next one, without regard to who comes. */
export class RoundRobin {
  private readonly open = new Set<Socket>();
  private next = 0;
  /** Whether new connections are let through. */
  isUp = true;

  private constructor(
    private readonly server: Server,
    private readonly targets: () => string[],
  ) {}

  /** `targets`: the replicas that run, as URLs; asked at each connection. */
  static async start(targets: () => string[]): Promise<RoundRobin> {
    const server = createServer();
    const proxy = new RoundRobin(server, targets);
    server.on('connection', (socket) => proxy.pass(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection off, as a cable that is pulled. */
  drop(): void {
    for (const socket of this.open) socket.destroy();
  }

  stop(): void {
    this.server.close();
    this.drop();
  }

  private pass(client: Socket): void {
    const targets = this.targets();
    const target = targets[this.next++ % targets.length];
    if (!this.isUp || target === undefined) return void client.destroy();
    const { hostname, port } = new URL(target);
    const server = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.open.delete(socket);
        other.destroy();
      });
    }
    client.pipe(server).pipe(client);
  }
}
