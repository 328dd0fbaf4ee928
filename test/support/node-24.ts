import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Kept from run to run. */
const FOLDER = fileURLToPath(new URL('../../.test/node-24', import.meta.url));
const VERSION = '24.21.0';

/**
 * A Node 24, from npm's package for this machine. It is no dependency of ours, or its `node` would
 * be the one that `npm start` runs.
 * @throws Error where there is none, and none can be had
 */
export function node24(): string {
  const name = `node-${platform()}-${arch()}`;
  const binary = join(FOLDER, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(FOLDER, { recursive: true });
    execFileSync(
      'npm',
      [
        'install',
        '--prefix',
        FOLDER,
        '--ignore-scripts',
        '--no-save',
        '--no-package-lock',
        `${name}@${VERSION}`,
      ],
      { stdio: 'ignore' },
    );
  }
  return binary;
}
