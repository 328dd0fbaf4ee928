/** A Redis of our own, as a process. */
export interface RedisServer {
  /** Without a password. */
  url: string;
  port: number;
  pid: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A Redis of our own on a free port, or on the one given; options of its command line win over its file of settings. */
export function startRedis(wantedPort?: number, options?: string[], file?: string): Promise<RedisServer>;
