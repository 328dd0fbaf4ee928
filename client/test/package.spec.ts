import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { transform } from 'esbuild';
import { startReplica, type Replica } from '../../test/support/replica.js';
import { declarations } from '../declarations.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ADDRESS = 'http://127.0.0.1:3000';
const SIZE_AT_MOST = 15 * 1024;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'talk-client-'));
  await mkdir(join(folder, 'node_modules/talk-client'), { recursive: true });
  // As it is published, beside its one dependency and nothing else.
  for (const part of ['package.json', 'dist']) {
    await symlink(join(ROOT, 'client', part), join(folder, 'node_modules/talk-client', part));
  }
  await symlink(join(ROOT, 'node_modules/socket.io-client'), join(folder, 'node_modules/socket.io-client'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  it.each(['index.js', 'index.cjs'])('%s is small, and holds nothing but the client', async (name) => {
    const code = await readFile(join(ROOT, 'client/dist', name), 'utf8');
    const { code: minified } = await transform(code, { minify: true });
    expect(gzipSync(minified).length).toBeLessThan(SIZE_AT_MOST);
    const needed = [...code.matchAll(/(?:from |require\()"([^"]+)"/g)].map(([, module]) => module);
    expect(needed).toEqual(['socket.io-client']);
  });

  it('has types that stand alone, for both kinds of modules', async () => {
    const use = `
      const client = new TalkClient({ url: '${ADDRESS}', token: async () => 'token' });
      client.on('message_created', ({ seq, data }) => seq + data.text.length + data.metadata.reactions.length);
      client.on('participant_left', ({ data }) => data.owner_id.length);
      export const all = async (): Promise<string[]> => {
        const view = await client.view('id');
        const ids: string[] = view.messages.map(({ id }) => id);
        for await (const talk of client.talks.all()) ids.push(talk.name);
        return ids;
      };
      // @ts-expect-error a message has no such field
      client.on('message_created', ({ data }) => data.subject);
      export const code = (error: TalkError): boolean => error.code === 'talk_closed';`;
    const start = `import { TalkClient, TalkError } from 'talk-client';`;
    await writeFile(join(folder, 'esm.mts'), start + use);
    await writeFile(join(folder, 'cjs.cts'), start + use);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
    };
    const files = ['esm.mts', 'cjs.cts'];
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it("follows the server: what changes in the server's types changes in the client's", () => {
    const presenter = 'src/messages/message.presenter.ts';
    const change = (path: string, text: string): string =>
      path.endsWith(presenter) ? text.replace('reply_count: number;', '$& answer_count?: bigint;') : text;
    expect(declarations()).not.toContain('answer_count');
    expect(declarations(change)).toContain('answer_count?: bigint;');
  });
});

describe('the README', () => {
  let data: string;
  let replica: Replica;
  let examples: string[];
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'talk-client-data-'));
    replica = await startReplica({ DATA_DIR: data });
    const readme = await readFile(join(ROOT, 'client/README.md'), 'utf8');
    examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
  });
  afterAll(async () => {
    await replica.stop();
    await rm(data, { recursive: true, force: true });
  });

  /** What an example prints, run where only the package is. */
  async function run(code: string): Promise<string> {
    expect(code).toContain(ADDRESS);
    await writeFile(join(folder, 'example.mjs'), code.replaceAll(ADDRESS, replica.url));
    const child = spawn(process.execPath, ['example.mjs'], { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    return output;
  }

  it('has a first example that runs as pasted', async () => {
    expect(await run(examples[0] ?? '')).toBe('1 Hello from agent A\n');
  });

  it('has an example of a view that runs as pasted', async () => {
    const lines = (await run(examples[1] ?? '')).trim().split('\n');
    expect(lines).toContain('Support Who is on duty? | I am.');
    expect(lines).toContain('1 reply');
  });

  it('has no example that is not run', () => expect(examples).toHaveLength(2));
});
