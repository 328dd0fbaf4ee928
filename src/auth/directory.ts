export type AgentRole = 'agent' | 'admin';

/** What a verified token says of its bearer. */
export interface Claims {
  agentId: string;
  customerId: string;
  role?: AgentRole;
  name?: string;
}

/** An agent as the directory knows it. */
export interface DirectoryEntry {
  agentId: string;
  customerId: string;
  /** `undefined`: none is set here, so the claim counts. */
  role: AgentRole | undefined;
  /** False for a disabled or deleted agent, or one of a deleted customer. */
  enabled: boolean;
}

/** What is known under a username. */
export interface Login extends DirectoryEntry {
  username: string;
  passwordHash: string | undefined;
}

/** Who the agents are; bound to the agents' own tables by the application. */
export abstract class Directory {
  /** The agent of these claims, made on first sight. */
  abstract ensure(claims: Claims): Promise<DirectoryEntry>;

  abstract findLogin(username: string): Promise<Login | undefined>;
}
