import { fileURLToPath } from 'node:url';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { createTestDatabase } from './support/database.js';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

it('the migrations make the very tables that the entities describe', async () => {
  const files = (await readdir(DIST, { recursive: true })).filter((file) => file.endsWith('.entity.js'));
  const modules = await Promise.all(
    files.map((file) => import(join(DIST, file)) as Promise<Record<string, unknown>>),
  );
  const entities = modules.flatMap((module) => Object.values(module)) as (new () => unknown)[];
  expect(entities.length).toBe(files.length);

  const database = await createTestDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: database.url, entities }).initialize();
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  await database.release();
  // What only SQL can say, and TypeORM therefore wants to drop.
  const beyondEntities = /DROP INDEX "public"\."events_edits_idx"|DROP CONSTRAINT "epoch_single_check"/;
  expect(upQueries.map(({ query }) => query).filter((query) => !beyondEntities.test(query))).toEqual([]);
});
