import { rm } from 'node:fs/promises';

/** Stops what the set-up started. */
export default async function tearDown() {
  for (const server of (globalThis.talkServers ?? []).splice(0).reverse()) await server.stop();
  if (globalThis.talkTestFolder) await rm(globalThis.talkTestFolder, { recursive: true, force: true });
}
