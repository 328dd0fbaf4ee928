/** A Redis of our own on a free port, or on the one given. */
export function startRedis(wantedPort?: number): Promise<{ url: string; stop(): Promise<void> }>;
