import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '..');
/** Tells what was built, and goes with it; a name that is never served. */
const STAMP = join(HERE, 'dist', '.sources');
/** All that the page is made of. */
const SOURCES = [
  'package-lock.json',
  'tsconfig.json',
  ...['src', 'public', 'index.html', 'build.js', 'vite.config.js', 'tsconfig.json'].map(
    (name) => `console/${name}`,
  ),
  'client/src',
];

async function filesOf(path) {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return [path];
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function digest() {
  const hash = createHash('sha256');
  const files = await Promise.all(SOURCES.map((name) => filesOf(join(ROOT, name))));
  for (const file of files.flat().sort()) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}

const now = await digest();
const built = await readFile(STAMP, 'utf8').catch(() => undefined);
if (built !== now) {
  await build({ configFile: join(HERE, 'vite.config.js'), logLevel: 'warn' });
  await writeFile(STAMP, now);
}
