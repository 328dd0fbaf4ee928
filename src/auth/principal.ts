import type { AgentRole } from './directory.js';

/** The agent that is calling. */
export interface Principal {
  agentId: string;
  customerId: string;
  role: AgentRole;
  /** Where it calls with an access key. */
  accessKeyId?: string;
  /** When its token ends by itself, in milliseconds since 1970. */
  expiresAt?: number;
}

export const isAdmin = ({ role }: Principal): boolean => role === 'admin';
