import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pLimit from 'p-limit';
import { createDatabase, query } from '../servers.js';
import { writePast } from './past.js';
import { JWT_SECRET, makePeople, type Group } from './people.js';
import { startServer } from './spawn.js';
import { runningOn } from './running.js';
import type { Running, RunningTalk, Scene, Setup, System } from './system.js';

const CALLS_AT_ONCE = 20;
const EMOJIS = ['👍', '🎉', '❤️'];

/** Talk as it is built: `dist/main.js`, with its defaults but for the rate limit. */
export const talk: System = {
  name: 'Talk',
  async start({ servers, scene, replicas, withRedis }: Setup): Promise<Running> {
    const databaseUrl = await createDatabase(servers);
    await command(databaseUrl, 'migrate');
    const settings = {
      DATABASE_URL: databaseUrl,
      JWT_SECRET,
      RATE_LIMIT: '0',
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      ...(withRedis && { REDIS_URL: servers.redis.url }),
    };
    const talks = await settle(settings, scene);
    if (scene.past) await writePast(databaseUrl, scene.past / scene.talks);
    await query(databaseUrl, 'ANALYZE');
    const started = await Promise.all(
      Array.from({ length: replicas }, () => startServer('dist/main.js', settings)),
    );
    return {
      wire: 'socket.io',
      ...runningOn(servers, databaseUrl, started),
      talks,
    };
  },
};

/** Runs a command of the operator's. */
async function command(databaseUrl: string, ...args: string[]): Promise<void> {
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, ['dist/cli.js', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`dist/cli.js ${args.join(' ')}: exit code ${code}`);
}

/** Through a replica of its own, since a measured one starts fresh. */
async function settle(settings: Record<string, string>, scene: Scene): Promise<RunningTalk[]> {
  const server = await startServer('dist/main.js', settings);
  const { groups } = await makePeople(scene);
  const limit = pLimit(CALLS_AT_ONCE);
  // Whoever shows a token is known from then on.
  await limit.map(
    groups.flatMap(({ agents }) => agents),
    ({ token }) => call(server.url, token, 'GET', '/service_agents/me'),
  );
  const talks = await limit.map(groups, (group) => createTalk(server.url, group, scene.history ?? 0));
  await server.stop();
  return talks;
}

async function createTalk(url: string, { agents }: Group, history: number): Promise<RunningTalk> {
  const tokens = agents.map(({ token }) => token);
  const body = { type: 'group', participant_ids: agents.map(({ id }) => id) };
  const { id } = await call(url, tokens[0] as string, 'POST', '/service_agents/talk_chats', body);
  for (let number = 0; number < history; number += 1) await tell(url, id, tokens, number);
  return { id, tokens };
}

/** A message with three reactions. */
async function tell(url: string, chatId: string, tokens: string[], number: number): Promise<void> {
  const messages = '/service_agents/talk_messages';
  const text = `Message ${number} of a talk that somebody reads again: the first page of it, with all reactions.`;
  const by = (index: number): string => tokens[index % tokens.length] as string;
  const { id } = await call(url, by(number), 'POST', messages, { chat_id: chatId, text });
  for (const [index, emoji] of EMOJIS.entries()) {
    await call(url, by(index), 'POST', `${messages}/${id}/reactions`, { emoji });
  }
}

/** A call that has to succeed. */
async function call(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ id: string }> {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string };
}
