import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateDtsBundle } from 'dts-bundle-generator';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const DIST = at('dist/');

const bundle = (format, outfile) =>
  build({
    entryPoints: [at('src/index.ts')],
    outfile: DIST + outfile,
    bundle: true,
    format,
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    sourcemap: true,
  });

/** The server's types are written out, so that whoever uses the package needs nothing of the server. */
async function declare() {
  const [types] = generateDtsBundle(
    [{ filePath: at('src/index.ts'), output: { noBanner: true, exportReferencedTypes: false } }],
    { preferredConfigPath: at('tsconfig.json') },
  );
  await Promise.all(['index.d.ts', 'index.d.cts'].map((name) => writeFile(DIST + name, types)));
}

await Promise.all([bundle('esm', 'index.js'), bundle('cjs', 'index.cjs')]);
await declare();
