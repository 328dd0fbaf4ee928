import { fileURLToPath } from 'node:url';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { createTestDatabase } from './support/database.js';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

const build = <Module>(file: string): Promise<Module> => import(join(DIST, file)) as Promise<Module>;

/** The data source as the application's modules fill it, not connected. */
async function applicationDataSource(url: string): Promise<DataSource> {
  const { loadSettings } = await build<typeof import('../src/config/settings.js')>('config/settings.js');
  const { createApp } = await build<typeof import('../src/app.setup.js')>('app.setup.js');
  const app = await createApp(
    loadSettings({ DATABASE_URL: url, JWT_SECRET: 'x'.repeat(32), LOG_LEVEL: 'silent' }),
  );
  return app.get(DataSource);
}

it('the modules register every entity, and the migrations make the very tables that those describe', async () => {
  const database = await createTestDatabase();
  const dataSource = await applicationDataSource(database.url);
  const files = (await readdir(DIST, { recursive: true })).filter((file) => file.endsWith('.entity.js'));
  const modules = await Promise.all(files.map((file) => build<Record<string, unknown>>(file)));
  const entities = modules.flatMap((module) => Object.values(module));
  expect(entities.length).toBe(files.length);
  expect(new Set(dataSource.options.entities as unknown[])).toEqual(new Set(entities));

  await dataSource.initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  await database.release();
  // What only SQL can say, and TypeORM therefore wants to drop.
  const beyondEntities = /DROP INDEX "public"\."events_edits_idx"|DROP CONSTRAINT "epoch_single_check"/;
  expect(upQueries.map(({ query }) => query).filter((query) => !beyondEntities.test(query))).toEqual([]);
});
