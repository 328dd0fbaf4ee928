import type { AgentRole } from './directory.js';

/** The agent that is calling. */
export interface Principal {
  agentId: string;
  customerId: string;
  role: AgentRole;
}

export const isAdmin = ({ role }: Principal): boolean => role === 'admin';
