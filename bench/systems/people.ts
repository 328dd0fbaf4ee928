import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Scene } from './system.js';

/** What all systems verify tokens with. */
export const JWT_SECRET = 'a secret of the benchmark, of over 32 bytes';

interface Agent {
  id: string;
  token: string;
}

/** A talk's future members. */
export interface Group {
  /** Taken as the talk's id by systems that are filled in SQL. */
  id: string;
  agents: Agent[];
}

/** One customer's agents, in the groups that are to talk. */
export interface People {
  customerId: string;
  groups: Group[];
}

export async function makePeople({ talks, members }: Scene): Promise<People> {
  const customerId = randomUUID();
  const groups = Array.from({ length: talks }, async () => ({
    id: randomUUID(),
    agents: await Promise.all(Array.from({ length: members }, () => makeAgent(customerId))),
  }));
  return { customerId, groups: await Promise.all(groups) };
}

async function makeAgent(customerId: string): Promise<Agent> {
  const id = randomUUID();
  const token = await new SignJWT({ customer_id: customerId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setExpirationTime('1d')
    .sign(new TextEncoder().encode(JWT_SECRET));
  return { id, token };
}
