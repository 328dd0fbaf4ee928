import { randomBytes, randomUUID } from 'node:crypto';
import { Api, JWT_SECRET, signToken, type TokenClaims } from './api.js';
import { connect, type Client } from './client.js';
import { conformance } from './conformance.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { startReplica, type Replica } from './replica.js';

/** An agent that a test acts as, on any replica. */
export class TestAgent {
  constructor(
    readonly id: string,
    readonly customerId: string,
    readonly token: string,
    private readonly world: World,
  ) {}

  /** Calls through the first replica, or the one given. */
  api(replica = 0): Api {
    return new Api(this.world.replica(replica).url, this.token);
  }

  connect(replica = 0): Promise<Client> {
    return connect(this.world.replica(replica).url, this.token).then((client) =>
      this.world.closeLater(client),
    );
  }

  /** Connected and following every talk. */
  async follow(replica = 0): Promise<Client> {
    const client = await this.connect(replica);
    const ack = (await client.subscribe()) as { ok: boolean };
    if (!ack.ok) throw new Error(`subscribe was refused: ${JSON.stringify(ack)}`);
    return client;
  }
}

interface WorldOptions {
  replicas?: number;
  /** Settings of the replicas, over those of every test. */
  env?: Record<string, string>;
  /** Already migrated; a copy of the template by default. */
  database?: TestDatabase;
}

/** A test file's own Talk: a database, a Redis prefix, and replicas on both. */
export class World {
  readonly customerId = randomUUID();
  private readonly clients: Client[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly env: Record<string, string>,
    readonly replicas: Replica[],
  ) {}

  static async create({ replicas = 1, env = {}, database: given }: WorldOptions = {}): Promise<World> {
    const database = given ?? (await createTestDatabase());
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: process.env.TEST_REDIS_URL ?? '',
      REDIS_PREFIX: `test-${randomBytes(6).toString('hex')}`,
      JWT_SECRET,
      RATE_LIMIT: '0',
      ...env,
    };
    const started = await Promise.all(Array.from({ length: replicas }, () => startReplica(settings)));
    const world = new World(database, settings, started);
    await conformance(world.replica(0).url);
    return world;
  }

  replica(index: number): Replica {
    const replica = this.replicas[index];
    if (!replica) throw new Error(`there is no replica ${index}`);
    return replica;
  }

  /** An agent of this world's customer, known to Talk from here on. */
  async agent(name = '', claims: Partial<TokenClaims> = {}): Promise<TestAgent> {
    const id = claims.agentId ?? randomUUID();
    const customerId = claims.customerId ?? this.customerId;
    const token = await signToken({ agentId: id, customerId, name, ...claims });
    const agent = new TestAgent(id, customerId, token, this);
    await agent.api().get('/service_agents/talk_chats');
    return agent;
  }

  /** One agent per name, in this order. */
  agents<Names extends string[]>(...names: Names): Promise<{ [Index in keyof Names]: TestAgent }> {
    return Promise.all(names.map((name) => this.agent(name))) as never;
  }

  /** Connected to the first replica with this token. */
  connectWith(token: string): Promise<Client> {
    return connect(this.replica(0).url, token).then((client) => this.closeLater(client));
  }

  closeLater(client: Client): Client {
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.database.release();
    const [undocumented] = this.clients.flatMap((client) => client.undocumented);
    if (undocumented) throw undocumented;
  }
}
