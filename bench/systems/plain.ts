import { fileURLToPath } from 'node:url';
import { createDatabase, query } from '../servers.js';
import { JWT_SECRET, makePeople, type People } from './people.js';
import { startServer, type Server } from './spawn.js';
import { runningOn } from './running.js';
import type { Running, Setup, System } from './system.js';

const MAIN = fileURLToPath(new URL('../references/plain/main.js', import.meta.url));

/** What one writes first: NestJS on Express, TypeORM's `save()`, Socket.IO with its Redis adapter. */
export const plain: System = {
  name: 'plain',
  async start({ servers, scene, replicas }: Setup): Promise<Running> {
    const databaseUrl = await createDatabase(servers);
    const settings = { DATABASE_URL: databaseUrl, JWT_SECRET, REDIS_URL: servers.redis.url };
    // One after the other, since the first makes the tables.
    const started: Server[] = [];
    for (let replica = 0; replica < replicas; replica += 1) started.push(await startServer(MAIN, settings));
    const people = await makePeople(scene);
    await settle(databaseUrl, people, scene.history ?? 0);
    await query(databaseUrl, 'ANALYZE');
    return {
      wire: 'socket.io',
      ...runningOn(servers, databaseUrl, started),
      talks: people.groups.map(({ id, agents }) => ({ id, tokens: agents.map(({ token }) => token) })),
    };
  },
};

const PARTICIPANTS = `
  INSERT INTO participant (chat_id, owner_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])`;

const MESSAGES = `
  INSERT INTO message (customer_id, chat_id, owner_id, text, tm_create)
  SELECT $1, chat_id, owner_id,
         'Message ' || number || ' of a talk that somebody reads again: the first page of it, with all reactions.',
         clock_timestamp()
  FROM (SELECT DISTINCT ON (chat_id) * FROM participant) p, generate_series(1, $2::int) AS number`;

const REACTIONS = `
  INSERT INTO reaction ("messageId", owner_id, emoji)
  SELECT id, owner_id, emoji FROM message, unnest(ARRAY['👍', '🎉', '❤️']) AS emoji`;

async function settle(url: string, { customerId, groups }: People, history: number): Promise<void> {
  const members = groups.flatMap(({ id, agents }) => agents.map((agent) => [id, agent.id] as const));
  await query(url, PARTICIPANTS, [members.map(([id]) => id), members.map(([, agentId]) => agentId)]);
  await query(url, MESSAGES, [customerId, history]);
  await query(url, REACTIONS);
}
