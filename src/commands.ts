import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { newId } from './http/uuid.js';
import { Agent } from './agents/agent.entity.js';
import { AgentsRepository } from './agents/agents.repository.js';
import { Customer } from './agents/customer.entity.js';
import { hashPassword } from './auth/password.js';
import { loadDatabaseSettings } from './config/database-settings.js';
import { type Environment, SettingError } from './config/readers.js';
import { servingOptions } from './database/data-source.js';
import { Database } from './database/database.js';
import { migrate } from './database/migrator.js';
import { readSchemaState } from './database/schema-state.js';
import { Epoch } from './events/epoch.js';
import { isStorableText } from './http/text.js';
import { isUuid } from './http/uuid.js';

export const USAGE = `Usage (DATABASE_URL names the database):
  node dist/cli.js migrate
  node dist/cli.js epoch renew
      after a restore by hand: has every client read its talks anew
  node dist/cli.js customer create --name NAME [--id UUID]
  node dist/cli.js agent create --customer UUID --username NAME [--password PASSWORD] [--name NAME] [--role agent|admin] [--id UUID]
      without --password one is made and printed`;

const OPTIONS = {
  customer: { type: 'string' },
  id: { type: 'string' },
  name: { type: 'string' },
  password: { type: 'string' },
  role: { type: 'string' },
  username: { type: 'string' },
} as const;

type Options = Partial<Record<keyof typeof OPTIONS, string>>;

/**
 * Runs one command of the operator's; returns what to print.
 * @throws Error with one line for the operator
 */
export async function runCommand(args: string[], env: Environment): Promise<string> {
  const { positionals, values } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const command = positionals.join(' ');
  const settings = loadDatabaseSettings(env);
  if (settings.databaseUrl === undefined) throw new SettingError('DATABASE_URL', 'is required');
  if (command === 'migrate') {
    await migrate(settings);
    return 'The schema is up to date.';
  }
  const run = COMMANDS[command];
  if (!run) throw new Error(command ? `There is no command "${command}".` : 'Which command?');
  const dataSource = new DataSource({ ...servingOptions(settings), entities: [Agent, Customer] });
  const database = new Database(dataSource, settings);
  try {
    if ((await readSchemaState(database)) !== 'current')
      throw new Error('The schema is older than this build; run migrate first.');
    const repositories = [dataSource.getRepository(Agent), dataSource.getRepository(Customer)] as const;
    return await run({ database, agents: new AgentsRepository(database, ...repositories) }, values);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

interface Tables {
  database: Database;
  agents: AgentsRepository;
}

const COMMANDS: Record<string, (tables: Tables, options: Options) => Promise<string>> = {
  'customer create': createCustomer,
  'agent create': createAgent,
  'epoch renew': renewEpoch,
};

async function renewEpoch({ database }: Tables): Promise<string> {
  await new Epoch(database).renew();
  return 'The epoch is renewed; every client reads its talks anew.';
}

async function createCustomer(
  { database, agents }: Tables,
  { id = newId(), name = '' }: Options,
): Promise<string> {
  requireText('name', name, 1, 255);
  requireUuid('id', id);
  const made = await database.transaction((transaction) => agents.insertCustomer(transaction, id, name));
  if (!made) throw new Error(`There is a customer ${id} already.`);
  return JSON.stringify({ id, name });
}

async function createAgent({ database, agents }: Tables, options: Options): Promise<string> {
  const { id = newId(), customer = '', username = '', name = '', role = 'agent' } = options;
  const password = options.password ?? randomBytes(12).toString('base64url');
  requireUuid('id', id);
  requireUuid('customer', customer);
  requireText('username', username, 1, 255);
  requireText('password', password, 8, 128);
  requireText('name', name, 0, 255);
  if (role !== 'agent' && role !== 'admin') throw new Error('--role must be agent or admin');
  const passwordHash = await hashPassword(password);
  const made = await database.transaction(async (transaction) => {
    if (!(await agents.hasCustomer(transaction, customer)))
      throw new Error(`There is no customer ${customer}.`);
    return agents.insertAgent(transaction, { id, customerId: customer, username, passwordHash, name, role });
  });
  if (!made) throw new Error(`There is an agent ${id} already.`);
  return JSON.stringify({
    id,
    customer_id: customer,
    username,
    role,
    ...(!options.password && { password }),
  });
}

function requireUuid(option: string, value: string): void {
  if (!isUuid(value)) throw new Error(`--${option} must be a UUID`);
}

function requireText(option: string, value: string, min: number, max: number): void {
  if (!isStorableText(value, max, min)) {
    throw new Error(`--${option} must be text of ${min} to ${max} characters`);
  }
}
