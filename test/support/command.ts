import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE } from './replica.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs a command of the operator's on this database. */
export const talk = (databaseUrl: string | undefined, ...args: string[]) => runCli(CLI, databaseUrl, ...args);

/** The same by the `cli.js` of another build. */
export async function runCli(cli: string, databaseUrl: string | undefined, ...args: string[]) {
  const env = { PATH: process.env.PATH, ...(databaseUrl && { DATABASE_URL: databaseUrl }) };
  const child = spawn(NODE, [cli, ...args], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.trim(), refusal: stderr.split('\n')[0] };
}
