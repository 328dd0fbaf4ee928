import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startReplica, type Replica } from './support/replica.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ADDRESS = 'http://127.0.0.1:3000';

let folder: string;
let replica: Replica;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'talk-readme-'));
  replica = await startReplica({ DATA_DIR: folder });
});
afterAll(async () => {
  await replica.stop();
  await rm(folder, { recursive: true, force: true });
});

it("the README's Socket.IO example runs as pasted, and shows the push", async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const [, script = ''] = /## See a push.*?```sh\n(.*?)```/s.exec(readme) ?? [];
  expect(script).toContain(ADDRESS);
  const child = spawn('sh', ['-c', script.replaceAll(ADDRESS, replica.url)], { cwd: ROOT });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  expect(output).toMatch(
    /^subscribed: \{.*epoch: .*\}\nchat_joined 0 \nmessage_created 1 Hello from agent A\n$/s,
  );
});
