import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { declarations } from './declarations.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const bundle = (format, outfile) =>
  build({
    entryPoints: [at('src/index.ts')],
    outfile: at(`dist/${outfile}`),
    bundle: true,
    format,
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    sourcemap: true,
  });

await Promise.all([bundle('esm', 'index.js'), bundle('cjs', 'index.cjs')]);
const types = declarations();
await Promise.all(['index.d.ts', 'index.d.cts'].map((name) => writeFile(at(`dist/${name}`), types)));
