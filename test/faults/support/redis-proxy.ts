import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readPublication, RespSplitter, writePublication, type Publication } from './resp.js';

/** A text that a replica is sent in place of a publication, and after how many milliseconds; at once by default. */
export interface Sent {
  text: string;
  after?: number;
}

/** Decides what a replica is sent in place of a publication of a stream; nothing, and it is lost. */
export type Tamper = (publication: Publication) => Sent[];

/** Publications of streams; the replicas' heartbeats and all else go through untouched. */
const STREAM_CHANNEL = /:(agent|chat|directory):[^:]+$/;

/** Stands between replicas and their Redis, and tampers with the publications on their way to the replicas. */
export class RedisProxy {
  /** Publications of streams that came by. */
  passed = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly redisPort: number,
    public tamper: Tamper,
  ) {
    server.on('connection', (replica) => this.join(replica));
  }

  static async start(redisUrl: string, tamper: Tamper): Promise<RedisProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RedisProxy(server, Number(new URL(redisUrl).port), tamper);
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(replica: Socket): void {
    const redis = connect(this.redisPort, '127.0.0.1');
    const splitter = new RespSplitter();
    redis.on('data', (chunk: Buffer) => {
      for (const reply of splitter.take(chunk)) this.passOn(reply, replica);
    });
    replica.pipe(redis);
    for (const [one, other] of [
      [replica, redis],
      [redis, replica],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay();
      one.on('error', () => undefined);
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }

  private passOn(reply: Buffer, replica: Socket): void {
    const publication = readPublication(reply);
    if (!publication || !STREAM_CHANNEL.test(publication.channel)) return void replica.write(reply);
    this.passed += 1;
    for (const { text, after } of this.tamper(publication)) {
      const push = writePublication({ channel: publication.channel, text });
      if (after === undefined) replica.write(push);
      else setTimeout(() => replica.writable && replica.write(push), after);
    }
  }
}
