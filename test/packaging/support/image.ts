import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble, BIN, ended, hasPackages, isRoot } from './assembly.js';
import { commandOf, environmentOf, lastOf, type Stage } from './dockerfile.js';

/** The tree that the Dockerfile makes, in a folder instead of an image. */
export class Image {
  private constructor(
    private readonly folder: string,
    private readonly stage: Stage,
  ) {}

  static async assemble(): Promise<Image> {
    const folder = await mkdtemp(join(tmpdir(), 'talk-image-'));
    const image = new Image(folder, await assemble(folder));
    await chmod(folder, 0o755);
    return image;
  }

  /** What is `/` in a container. */
  get root(): string {
    return join(this.folder, this.stage.name);
  }

  get workdir(): string {
    return join(this.root, lastOf(this.stage, 'WORKDIR')?.rest ?? '/');
  }

  /** `[uid, gid]` */
  get user(): [number, number] {
    const [uid = NaN, gid = NaN] = (lastOf(this.stage, 'USER')?.rest ?? '').split(':').map(Number);
    return [uid, gid];
  }

  get healthcheck(): string[] {
    return commandOf(lastOf(this.stage, 'HEALTHCHECK'));
  }

  /**
   * Starts the image's program, or the one given, as a container would: through the ENTRYPOINT, with the image's
   * variables and these.
   */
  run(env: Record<string, string>, args = commandOf(lastOf(this.stage, 'CMD'))): ChildProcess {
    return this.exec(env, [...this.entrypoint, ...args]);
  }

  /** Starts a program beside it, as `HEALTHCHECK` and `kubectl exec` do: as the image's user where we may. */
  exec(env: Record<string, string>, [program = '', ...args]: string[]): ChildProcess {
    const [uid, gid] = isRoot ? this.user : [];
    return spawn(program, args, { ...this.options(env), uid, gid });
  }

  /** As `run`, and as the first process of a namespace of its own; takes root. */
  runAsFirst(env: Record<string, string>): ChildProcess {
    const [uid, gid] = this.user;
    const user = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
    const program = [...this.entrypoint, ...commandOf(lastOf(this.stage, 'CMD'))];
    const args = ['--pid', '--fork', '--kill-child', '--', ...user, ...program];
    return spawn('unshare', args, this.options(env));
  }

  async remove(): Promise<void> {
    await ended(spawn('chmod', ['-R', 'u+w', this.root]));
    await rm(this.folder, { recursive: true, force: true });
  }

  private options(env: Record<string, string>) {
    const PATH = `${join(this.root, BIN)}:/usr/bin:/bin`;
    return { cwd: this.workdir, env: { PATH, ...environmentOf(this.stage), ...env } };
  }

  private get entrypoint(): string[] {
    const [program = '', ...args] = commandOf(lastOf(this.stage, 'ENTRYPOINT'));
    return hasPackages ? [join(this.root, program), ...args] : [];
  }
}
