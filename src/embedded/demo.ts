import type { INestApplicationContext } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import { AgentsRepository } from '../agents/agents.repository.js';
import { hashPassword } from '../auth/password.js';
import { Database } from '../database/database.js';

const PASSWORD = 'talk-demo';
const AGENTS = [
  { username: 'agent-a', name: 'Agent A', role: 'admin' },
  { username: 'agent-b', name: 'Agent B', role: 'agent' },
  { username: 'agent-c', name: 'Agent C', role: 'agent' },
] as const;

/** Makes a customer with three agents, unless a start before this one did. */
export async function seedDemo(app: INestApplicationContext): Promise<void> {
  const agents = app.get(AgentsRepository);
  if (await agents.findByUsername(AGENTS[0].username)) return;
  const passwordHash = await hashPassword(PASSWORD);
  await app.get(Database).transaction(async (transaction) => {
    const customerId = newId();
    await agents.insertCustomer(transaction, customerId, 'Demo');
    for (const agent of AGENTS)
      await agents.insertAgent(transaction, { ...agent, id: newId(), customerId, passwordHash });
  });
}

/** What a newcomer does next. */
export const demoWelcome = (address: string): string => `
Demo logins (password ${PASSWORD}):
${AGENTS.map(({ username, name, role }) => `  ${username}  ${name}, ${role}`).join('\n')}

Every call, to read and to try: ${address}/docs

A first one:
  curl -s ${address}/auth/login -H 'Content-Type: application/json' -d '{"username":"agent-a","password":"${PASSWORD}"}'
`;
