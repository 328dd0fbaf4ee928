import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase, query } from '../servers.js';
import { JWT_SECRET, makePeople, type People } from './people.js';
import { startServer } from './spawn.js';
import { runningOn } from './running.js';
import type { Running, Setup, System } from './system.js';

const MAIN = fileURLToPath(new URL('../references/bare/main.js', import.meta.url));
const SCHEMA = 'bench/references/bare/schema.sql';

/** The reference that one aims at: no framework, no validation, the same durable batch. */
export const bare: System = {
  name: 'bare',
  async start({ servers, scene, replicas, withRedis }: Setup): Promise<Running> {
    const databaseUrl = await createDatabase(servers);
    await query(databaseUrl, await readFile(SCHEMA, 'utf8'));
    const people = await makePeople(scene);
    await settle(databaseUrl, people, scene.history ?? 0);
    await query(databaseUrl, 'ANALYZE');
    const settings = {
      DATABASE_URL: databaseUrl,
      JWT_SECRET,
      ...(withRedis && { REDIS_URL: servers.redis.url }),
    };
    const started = await Promise.all(Array.from({ length: replicas }, () => startServer(MAIN, settings)));
    return {
      wire: 'ws',
      ...runningOn(servers, databaseUrl, started),
      talks: people.groups.map(({ id, agents }) => ({ id, tokens: agents.map(({ token }) => token) })),
    };
  },
};

const PARTICIPANTS = `
  INSERT INTO participants (chat_id, owner_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])`;

const MESSAGES = `
  INSERT INTO messages (id, customer_id, chat_id, seq, owner_id, text, tm_create)
  SELECT gen_random_uuid(), $1, chat_id, seq, owner_id,
         'Message ' || seq || ' of a talk that somebody reads again: the first page of it, with all reactions.',
         clock_timestamp()
  FROM (SELECT DISTINCT ON (chat_id) * FROM participants) p, generate_series(1, $2::int) AS seq`;

const REACTIONS = `
  INSERT INTO reactions (message_id, owner_id, emoji, tm_create)
  SELECT id, owner_id, emoji, clock_timestamp() FROM messages, unnest(ARRAY['👍', '🎉', '❤️']) AS emoji`;

async function settle(url: string, { customerId, groups }: People, history: number): Promise<void> {
  const members = groups.flatMap(({ id, agents }) => agents.map((agent) => [id, agent.id] as const));
  await query(url, 'INSERT INTO streams SELECT unnest($1::uuid[])', [groups.map(({ id }) => id)]);
  await query(url, PARTICIPANTS, [members.map(([id]) => id), members.map(([, agentId]) => agentId)]);
  await query(url, MESSAGES, [customerId, history]);
  await query(url, REACTIONS);
}
