import type { INestApplicationContext } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import { AgentsRepository } from '../agents/agents.repository.js';
import { hashPassword } from '../auth/password.js';
import { Database } from '../database/database.js';

export const DEMO_PASSWORD = 'talk-demo';
export const DEMO_AGENTS = [
  { username: 'agent-a', name: 'Agent A', role: 'admin' },
  { username: 'agent-b', name: 'Agent B', role: 'agent' },
  { username: 'agent-c', name: 'Agent C', role: 'agent' },
] as const;

/** Makes a customer with three agents, unless a start before this one did. */
export async function seedDemo(app: INestApplicationContext): Promise<void> {
  const agents = app.get(AgentsRepository);
  if (await agents.findByUsername(DEMO_AGENTS[0].username)) return;
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await app.get(Database).transaction(async (transaction) => {
    const customerId = newId();
    await agents.insertCustomer(transaction, customerId, 'Demo');
    for (const agent of DEMO_AGENTS)
      await agents.insertAgent(transaction, { ...agent, id: newId(), customerId, passwordHash });
  });
}

/** What a newcomer does next. */
export const demoWelcome = (address: string, hasConsole: boolean): string => `
Demo logins (password ${DEMO_PASSWORD}):
${DEMO_AGENTS.map(({ username, name, role }) => `  ${username}  ${name}, ${role}`).join('\n')}
${hasConsole ? `\nTalk in a browser: ${address}/console\n` : ''}
Every call, to read and to try: ${address}/docs

A first one:
  curl -s ${address}/auth/login -H 'Content-Type: application/json' -d '{"username":"agent-a","password":"${DEMO_PASSWORD}"}'
`;
