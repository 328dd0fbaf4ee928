import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOf, lastOf, parseDockerfile, type Stage } from './dockerfile.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the base image has its Node. */
const BIN = 'usr/local/bin';

/** The tree that the Dockerfile makes, in a folder instead of an image. */
export class Image {
  private constructor(
    /** What is `/` in a container. */
    readonly root: string,
    readonly stage: Stage,
    private readonly folder: string,
  ) {}

  /** Carries out the steps of every stage, each in an empty folder of its own, with the Node that runs the tests. */
  static async assemble(): Promise<Image> {
    const folder = await mkdtemp(join(tmpdir(), 'talk-image-'));
    const stages = parseDockerfile(await readFile(join(PROJECT, 'Dockerfile'), 'utf8'));
    for (const stage of stages) await build(folder, stage);
    const final = stages.at(-1);
    if (!final) throw new Error('the Dockerfile has no stage');
    const root = join(folder, final.name);
    spawnSync('chmod', ['-R', 'a-w,a+rX', root]);
    await chmod(folder, 0o755);
    return new Image(root, final, folder);
  }

  get workdir(): string {
    return join(this.root, lastOf(this.stage, 'WORKDIR')?.rest ?? '/');
  }

  /** `[uid, gid]` */
  get user(): number[] {
    return (lastOf(this.stage, 'USER')?.rest ?? '').split(':').map(Number);
  }

  /**
   * Starts the image's program, or the one given, as a container would: through the ENTRYPOINT, as the image's user
   * where we may become that, with these variables and the image's own.
   */
  run(env: Record<string, string>, args = commandOf(lastOf(this.stage, 'CMD'))): ChildProcess {
    return this.exec(env, [...this.entrypoint, ...args]);
  }

  /** Starts a program beside it, as `HEALTHCHECK` and `kubectl exec` do. */
  exec(env: Record<string, string>, [program = '', ...args]: string[]): ChildProcess {
    const [uid, gid] = isRoot ? this.user : [];
    return spawn(program, args, {
      cwd: this.workdir,
      env: { PATH: `${join(this.root, BIN)}:/usr/bin:/bin`, ...environmentOf(this.stage), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      uid,
      gid,
    });
  }

  get healthcheck(): string[] {
    return commandOf(lastOf(this.stage, 'HEALTHCHECK'));
  }

  /** Without the system's packages there is no tini to go through. */
  private get entrypoint(): string[] {
    const [program = '', ...args] = commandOf(lastOf(this.stage, 'ENTRYPOINT'));
    return hasPackages ? [join(this.root, program), ...args] : [];
  }

  async remove(): Promise<void> {
    spawnSync('chmod', ['-R', 'u+w', this.root]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

const isRoot = process.getuid?.() === 0;

/** Only Debian's root gets a package of Debian's. */
const hasPackages = isRoot && spawnSync('apt-get', ['--version']).status === 0;

const needsPackages = (text: string): boolean => /\bapt-get\b|^--from=init\b|\/tini/.test(text);

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
      await runStep(rest, workdir, environmentOf(stage));
    }
  }
}

/** Of several sources each goes into the folder that is named last; of a single folder, its content. */
async function copy(
  from: string,
  paths: string[],
  { root, workdir }: { root: string; workdir: string },
): Promise<void> {
  const sources = paths.slice(0, -1);
  const last = paths.at(-1) ?? '';
  const target = last.startsWith('/') ? join(root, last) : resolve(workdir, last);
  for (const source of sources) {
    const to = last.endsWith('/') ? join(target, basename(source)) : target;
    await cp(join(from, source), to, { recursive: true, verbatimSymlinks: true });
  }
}

/** Runs one RUN step; npm takes from its cache what it has there. */
async function runStep(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  const { PATH, HOME } = process.env;
  const child = spawn('sh', ['-c', command], {
    cwd,
    env: { PATH, HOME, npm_config_prefer_offline: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, output } = await ended(child);
  if (code !== 0) throw new Error(`RUN ${command}: exit code ${code}\n${output}`);
}

/** Exit code and everything it printed, once the process has ended. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

function environmentOf({ instructions }: Stage): Record<string, string> {
  const pairs = instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=')));
  return Object.fromEntries(pairs) as Record<string, string>;
}
