import type { Queryable } from './statements.js';
import { MIGRATIONS } from './migrator.js';

export const SCHEMA_STATES = ['current', 'outdated', 'unknown'] as const;

/** `outdated` where the database lacks a migration that this build brings; it may well have later ones. */
export type SchemaState = (typeof SCHEMA_STATES)[number];

const UNDEFINED_TABLE = '42P01';

/** One cheap statement, for asking often while Talk serves. */
export async function readSchemaState(database: Queryable): Promise<Exclude<SchemaState, 'unknown'>> {
  const rows = await database.query<{ name: string }>('SELECT name FROM migrations').catch(noneYet);
  const applied = new Set(rows.map(({ name }) => name));
  return MIGRATIONS.every(({ name }) => applied.has(name)) ? 'current' : 'outdated';
}

function noneYet(error: unknown): [] {
  if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return [];
  throw error;
}
