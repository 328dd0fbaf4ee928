import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf, parseDockerfile, type Stage } from './dockerfile.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the base image has its Node. */
export const BIN = 'usr/local/bin';

export const isRoot = process.getuid?.() === 0;

/** Only Debian's root gets a package of Debian's: elsewhere the image is made without its tini. */
export const hasPackages = isRoot && spawnSync('apt-get', ['--version']).status === 0;

const needsPackages = (text: string): boolean => /\bapt-get\b|\/tini/.test(text);

/**
 * Carries out the steps of every stage, each in an empty folder of its own below this one, with the Node that
 * runs the tests. Stages that take nothing from others go side by side, as a builder has them.
 */
export async function assemble(folder: string): Promise<Stage> {
  const stages = parseDockerfile(await readFile(join(PROJECT, 'Dockerfile'), 'utf8'));
  const isLast = ({ instructions }: Stage): boolean => instructions.some(({ flags }) => flags.from);
  await Promise.all(stages.filter((stage) => !isLast(stage)).map((stage) => build(folder, stage)));
  for (const stage of stages.filter(isLast)) await build(folder, stage);
  const final = stages.at(-1);
  if (!final) throw new Error('the Dockerfile has no stage');
  await run(['chmod', '-R', 'a-w,a+rX', join(folder, final.name)]);
  return final;
}

async function build(folder: string, stage: Stage): Promise<void> {
  const root = join(folder, stage.name);
  await mkdir(join(root, BIN), { recursive: true });
  await copyFile(process.execPath, join(root, BIN, 'node'));
  let workdir = root;
  for (const { keyword, flags, rest } of stage.instructions) {
    if (!hasPackages && needsPackages(rest)) continue;
    if (keyword === 'WORKDIR') {
      workdir = join(root, rest);
      await mkdir(workdir, { recursive: true });
    } else if (keyword === 'COPY') {
      await copy(flags.from ? join(folder, flags.from) : PROJECT, rest.split(/\s+/), { root, workdir });
    } else if (keyword === 'RUN') {
      await run(['sh', '-c', rest], workdir, environmentOf(stage));
    }
  }
}

/** Of several sources each goes into the folder that is named last. */
async function copy(
  from: string,
  paths: string[],
  { root, workdir }: { root: string; workdir: string },
): Promise<void> {
  const last = paths.at(-1) ?? '';
  const target = last.startsWith('/') ? join(root, last) : resolve(workdir, last);
  for (const source of paths.slice(0, -1)) {
    const to = last.endsWith('/') ? join(target, basename(source)) : target;
    const path = join(from, source);
    const isFolder = (await stat(path)).isDirectory();
    await mkdir(isFolder ? to : dirname(to), { recursive: true });
    // What is in a folder joins what is there already.
    await run(['cp', '-R', '-P', isFolder ? `${path}/.` : path, to]);
  }
}

/** npm takes from its cache what it has there. */
async function run(command: string[], cwd?: string, env: Record<string, string> = {}): Promise<void> {
  const { PATH, HOME } = process.env;
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { PATH, HOME, npm_config_prefer_offline: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, output } = await ended(child);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code}\n${output}`);
}

/** Exit code and everything it printed, once the process has ended. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
