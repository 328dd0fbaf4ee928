import 'reflect-metadata';
import { createApp } from '../../dist/app.setup.js';
import { loadSettings } from '../../dist/config/settings.js';

/** Prints every route that Talk mounts, one a line; a process of its own, as replicas are. */
const app = await createApp(loadSettings(process.env));
const routes = new Set();
app
  .getHttpAdapter()
  .getInstance()
  .addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.add(`${one} ${url}`);
  });
await app.init();
await app.close();
console.log([...routes].join('\n'));
process.exit(0);
