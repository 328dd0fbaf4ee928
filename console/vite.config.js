import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** `npm run dev --workspace console` shows changes at once, on a Talk that runs at its usual address. */
const TALK = 'http://127.0.0.1:3000';
const OF_TALK = '^/(v1\\.0|socket\\.io|console/logins\\.json)';

export default defineConfig({
  root: at('.'),
  // Relative, since a proxy may have put Talk below any path.
  base: './',
  // The client as it is written, so that nothing has to be built before.
  resolve: { alias: { 'talk-client': at('../client/src/index.ts') } },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { [OF_TALK]: { target: TALK, ws: true } } },
});
