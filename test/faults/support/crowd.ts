import { randomUUID } from 'node:crypto';
import { signToken } from '../../support/api.js';
import { createTalk, range } from '../../support/builders.js';
import { TestAgent, type World } from '../../support/world.js';
import type { LoadedTalk } from './load.js';

/** Talks made at once. */
const AT_ONCE = 8;

/**
 * Very many talks of very many agents, each of whom is in one of them. The agents are put into the
 * tables, since it is not their coming that is tested.
 */
export async function gatherCrowd(world: World, talks: number, agentsEach: number): Promise<LoadedTalk[]> {
  const agents = await makeAgents(world, talks * agentsEach);
  const made: LoadedTalk[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < talks; index = next++) {
      const senders = agents.slice(index * agentsEach, (index + 1) * agentsEach);
      const [creator, ...others] = senders as [TestAgent, ...TestAgent[]];
      const { id } = await createTalk(creator, others, { type: 'group' });
      made.push({ id, senders });
    }
  };
  await Promise.all(range(1, AT_ONCE).map(worker));
  return made;
}

async function makeAgents(world: World, count: number): Promise<TestAgent[]> {
  const { customerId } = world;
  const ids = range(1, count).map(() => randomUUID());
  await world.database.query(
    `WITH customer AS (INSERT INTO customers (id, name, tm_create, tm_update) VALUES ($1, '', now(), now())
                       ON CONFLICT DO NOTHING),
          stream AS (INSERT INTO streams (kind, id) SELECT 'agent', unnest($2::uuid[]))
     INSERT INTO agents (id, customer_id, name, detail, tm_create, tm_update)
     SELECT unnest($2::uuid[]), $1, '', '', now(), now()`,
    [customerId, ids],
  );
  const tokens = await Promise.all(ids.map((agentId) => signToken({ agentId, customerId })));
  return ids.map((id, index) => new TestAgent(id, customerId, tokens[index] as string, world));
}
