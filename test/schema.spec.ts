import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataSource } from 'typeorm';
import { createTestDatabase } from './support/database.js';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/** Makes the application, which connects only when it starts, and prints what its data source holds. */
const PRINT_REGISTERED = `
  import 'reflect-metadata';
  import { DataSource } from 'typeorm';
  import { createApp } from './app.setup.js';
  import { loadSettings } from './config/settings.js';
  const app = await createApp(loadSettings({ LOG_LEVEL: 'silent' }));
  console.log(JSON.stringify(app.get(DataSource).options.entities.map(({ name }) => name)));
  process.exit();`;

async function everyEntity(): Promise<(new () => unknown)[]> {
  const files = (await readdir(DIST, { recursive: true })).filter((file) => file.endsWith('.entity.js'));
  const modules = await Promise.all(
    files.map((file) => import(join(DIST, file)) as Promise<Record<string, unknown>>),
  );
  const entities = modules.flatMap((module) => Object.values(module)) as (new () => unknown)[];
  expect(entities.length).toBe(files.length);
  return entities;
}

it('the migrations make the very tables that the entities describe', async () => {
  const entities = await everyEntity();
  const database = await createTestDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, entities }).initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  await database.release();
  // What only SQL can say, and TypeORM therefore wants to drop.
  const beyondEntities = /DROP INDEX "public"\."events_edits_idx"|DROP CONSTRAINT "epoch_single_check"/;
  expect(upQueries.map(({ query }) => query).filter((query) => !beyondEntities.test(query))).toEqual([]);
});

it('the modules register every entity', async () => {
  const script = ['--input-type=module', '--eval', PRINT_REGISTERED];
  const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: DIST });
  const registered = JSON.parse(stdout) as string[];
  expect(registered.toSorted()).toEqual((await everyEntity()).map(({ name }) => name).toSorted());
});
