import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { range } from './builders.js';
import { eventually } from './eventually.js';
import { PERMISSIONS } from './redis-permissions.js';
import { freePort } from './free-port.js';
import { startRedis, type RedisServer } from './redis-server.js';

const PASSWORD = 'of-the-cluster';
const MASTERS = 3;
const SLOTS = 16_384;
/** Milliseconds after which the others give a node up; short, so that a test need not wait. */
const NODE_TIMEOUT = 1_500;

interface ClusterNode extends RedisServer {
  busPort: number;
}

/** A Cluster of three masters, each with one that takes its place where wanted. */
export class RedisCluster {
  private constructor(
    private readonly folder: string,
    readonly nodes: ClusterNode[],
  ) {}

  static async start({ copies = false } = {}): Promise<RedisCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'talk-cluster-'));
    const count = copies ? 2 * MASTERS : MASTERS;
    const nodes = await Promise.all(range(1, count).map((n) => startNode(folder, n)));
    const cluster = new RedisCluster(folder, nodes);
    await cluster.form();
    return cluster;
  }

  get masters(): RedisServer[] {
    return this.nodes.slice(0, MASTERS);
  }

  /** As a user who may no more than Talk needs. */
  url(password = PASSWORD): string {
    const hosts = this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `redis+cluster://talk:${password}@${hosts}`;
  }

  get env(): Record<string, string> {
    return { REDIS_URL: this.url() };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop('SIGKILL')));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Sends one command to one node. */
  async command(node: RedisServer, name: string, ...args: string[]): Promise<unknown> {
    const redis = new Redis(node.port, '127.0.0.1', { password: PASSWORD });
    try {
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  }

  private async form(): Promise<void> {
    const [first, ...others] = this.nodes as [ClusterNode, ...ClusterNode[]];
    for (const [index, master] of this.masters.entries()) {
      const [from, to] = [index, index + 1].map((share) => Math.floor((share * SLOTS) / MASTERS));
      await this.command(master, 'CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${(to ?? 0) - 1}`);
      await this.command(master, 'CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`);
    }
    for (const { port, busPort } of others)
      await this.command(first, 'CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${busPort}`);
    await this.untilAll((info) => info.includes(`cluster_known_nodes:${this.nodes.length}`));
    for (const [index, copy] of this.nodes.slice(MASTERS).entries()) {
      const id = await this.command(this.nodes[index] as ClusterNode, 'CLUSTER', 'MYID');
      await this.command(copy, 'CLUSTER', 'REPLICATE', String(id));
    }
    await this.untilAll((info) => info.includes('cluster_state:ok'));
    for (const copy of this.nodes.slice(MASTERS)) {
      await eventually(
        async () => String(await this.command(copy, 'INFO', 'replication')),
        (info) => info.includes('master_link_status:up'),
      );
    }
  }

  private async untilAll(isIt: (info: string) => boolean): Promise<void> {
    for (const node of this.nodes)
      await eventually(async () => String(await this.command(node, 'CLUSTER', 'INFO')), isIt);
  }
}

async function startNode(folder: string, n: number): Promise<ClusterNode> {
  const busPort = await freePort();
  const options = [
    ...['--dir', folder, '--requirepass', PASSWORD, '--masterauth', PASSWORD],
    ...['--user', 'talk', 'on', `>${PASSWORD}`, ...PERMISSIONS, '+cluster'],
    ...['--cluster-enabled', 'yes', '--cluster-config-file', `node-${n}.conf`],
    ...['--cluster-port', `${busPort}`, '--cluster-node-timeout', `${NODE_TIMEOUT}`],
  ];
  return { ...(await startRedis(undefined, options)), busPort };
}
