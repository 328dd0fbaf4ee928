import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import type { Settings } from './config/settings.js';
import { Database } from './database/database.js';
import { migrate } from './database/migrator.js';
import { readSchemaState } from './database/schema-state.js';
import { asDomainError } from './database/unavailable.js';
import { DomainError } from './errors/domain-error.js';
import { Lifecycle } from './ops/lifecycle.js';
import { TailCheck } from './realtime/tail-check.js';

/** Milliseconds between two looks at a database that is away or not migrated yet. */
const LOOK_EVERY = 500;

const OUTDATED =
  'the database has an older schema; run `node dist/cli.js migrate`, or set MIGRATE_ON_START=true';

const logger = new Logger('Start');

/**
 * Resolves with true once the schema is this build's or a later one, brought up to date here where
 * `MIGRATE_ON_START` says so, and it is known which history the database holds; with false where Talk
 * is to stop before. What it waits for is logged once, not at every look.
 * @throws Error with one line for the operator where a migration fails
 */
export async function awaitDatabase(
  app: INestApplicationContext,
  settings: Settings,
  address: string,
): Promise<boolean> {
  const lifecycle = app.get(Lifecycle);
  let logged: string | undefined;
  while (!lifecycle.isStopping) {
    const obstacle = await obstacleTo(app, settings);
    if (obstacle === undefined) return true;
    if (obstacle !== logged) logger.warn(`Not ready yet at ${address}: ${obstacle}`);
    logged = obstacle;
    await sleep(LOOK_EVERY);
  }
  return false;
}

/** What stands in the way of serving, in words for the operator. */
async function obstacleTo(app: INestApplicationContext, settings: Settings): Promise<string | undefined> {
  return (await obstacleToSchema(app.get(Database), settings)) ?? (await tryToBegin(app.get(TailCheck)));
}

async function obstacleToSchema(database: Database, settings: Settings): Promise<string | undefined> {
  try {
    if ((await readSchemaState(database)) === 'current') return undefined;
  } catch (error) {
    return cannotBeReached(error);
  }
  return settings.migrateOnStart ? tryToMigrate(settings) : OUTDATED;
}

async function tryToMigrate(settings: Settings): Promise<string | undefined> {
  try {
    await migrate(settings);
    return undefined;
  } catch (error) {
    if (asDomainError(error) instanceof DomainError)
      return `the database went away in a migration: ${describe(error)}`;
    throw new Error(`a migration failed: ${describe(error)}`, { cause: error });
  }
}

async function tryToBegin(tailCheck: TailCheck): Promise<string | undefined> {
  try {
    await tailCheck.begin();
    return undefined;
  } catch (error) {
    return cannotBeReached(error);
  }
}

const cannotBeReached = (error: unknown): string => `the database cannot be reached: ${describe(error)}`;

/** Where every address of a host refused, Node's error has no message but a code. */
function describe(error: unknown): string {
  const reason: unknown = error instanceof DomainError ? (error.cause ?? error) : error;
  if (!(reason instanceof Error)) return String(reason);
  return reason.message || ((reason as NodeJS.ErrnoException).code ?? reason.name);
}
