import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadDatabaseSettings } from '../src/config/database-settings.js';
import { migrate, MIGRATIONS } from '../src/database/migrator.js';
import { Api } from './support/api.js';
import { range } from './support/builders.js';
import { runCli, talk } from './support/command.js';
import { createTestDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import { createFurtherBuild } from './support/further-build.js';
import { World } from './support/world.js';

describe('the commands of an operator', () => {
  let world: World;
  beforeAll(async () => void (world = await World.create()));
  afterAll(() => world.close());

  it('make a customer and an agent that can log in', async () => {
    const { url } = world.database;
    const customer = JSON.parse((await talk(url, 'customer', 'create', '--name', 'Support desk')).stdout);
    expect(customer).toEqual({ id: expect.any(String), name: 'Support desk' });
    const options = ['--customer', customer.id, '--username', 'first', '--role', 'admin'];
    const agent = JSON.parse((await talk(url, 'agent', 'create', ...options)).stdout);
    const { username, password } = agent;
    const login = await new Api(world.replica(0).url).post('/auth/login', { username, password });
    expect(login.status).toBe(200);
    const me = await new Api(world.replica(0).url, login.body.token).get('/service_agents/me');
    expect(me.body).toMatchObject({
      id: agent.id,
      customer_id: customer.id,
      username: 'first',
      role: 'admin',
    });
  });

  it('bring the schema up to date, also when four do so at once', async () => {
    const database = await createTestDatabase();
    await database.query('DROP SCHEMA public CASCADE');
    await database.query('CREATE SCHEMA public');
    const early = await talk(database.url, 'customer', 'create', '--name', 'Too early');
    expect([early.code, early.refusal]).toEqual([
      1,
      'The schema is older than this build; run migrate first.',
    ]);
    const four = await Promise.all(range(1, 4).map(() => talk(database.url, 'migrate')));
    for (const { code, stdout } of four) expect([code, stdout]).toEqual([0, 'The schema is up to date.']);
    expect((await talk(database.url, 'customer', 'create', '--name', 'In time')).code).toBe(0);
    await database.release();
  });

  it('bring it up to date once, of many at once on an empty database, time after time', async () => {
    const database = await createTestDatabase();
    const settings = loadDatabaseSettings({ DATABASE_URL: database.url });
    for (const _ of range(1, 20)) {
      await database.query('DROP SCHEMA public CASCADE');
      await database.query('CREATE SCHEMA public');
      await Promise.all(range(1, 8).map(() => migrate(settings)));
      const applied = await database.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
      expect(applied.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
    }
    await database.release();
  });

  it('bring it up to date while its tables are in use, and let whoever uses them go first', async () => {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'talk-further-'));
    const { cli } = await createFurtherBuild(folder);
    const user = new pg.Client(database.url);
    await user.connect();
    user.on('error', () => undefined);
    await user.query('BEGIN; LOCK TABLE messages IN ROW EXCLUSIVE MODE');
    const migration = runCli(cli, database.url, 'migrate');
    const isWaiting = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'talk-migrate' AND wait_event_type = 'Lock'`;
    await eventually(
      () => database.query(isWaiting),
      ({ length }) => length === 1,
    );
    // By now it has locked the agents, and each waits for the other.
    await user.query('SELECT FROM agents');
    await user.query('COMMIT');
    expect(await migration).toMatchObject({ code: 0, stdout: 'The schema is up to date.' });
    await user.end();
    await database.release();
    await rm(folder, { recursive: true });
  });

  it.each([
    { args: [], refusal: 'Which command?' },
    { args: ['customer', 'delete'], refusal: 'There is no command "customer delete".' },
    { args: ['customer', 'create'], refusal: '--name must be text of 1 to 255 characters' },
    { args: ['agent', 'create', '--customer', 'x'], refusal: '--customer must be a UUID' },
    {
      args: ['agent', 'create', '--customer', randomUUID(), '--username', 'a', '--password', 'short'],
      refusal: '--password must be text of 8 to 128 characters',
    },
    {
      args: ['agent', 'create', '--customer', randomUUID(), '--username', 'a', '--role', 'owner'],
      refusal: '--role must be agent or admin',
    },
  ])('refuse $args in one line', async ({ args, refusal }) => {
    expect(await talk(world.database.url, ...args)).toEqual({ code: 1, stdout: '', refusal });
  });

  it('refuse a customer that is not there, and a username that is taken', async () => {
    const { url } = world.database;
    const nowhere = randomUUID();
    const absent = await talk(url, 'agent', 'create', '--customer', nowhere, '--username', 'someone');
    expect(absent.refusal).toBe(`There is no customer ${nowhere}.`);
    const { id } = JSON.parse((await talk(url, 'customer', 'create', '--name', 'Other')).stdout);
    const options = ['--customer', id, '--username', 'twice'];
    expect((await talk(url, 'agent', 'create', ...options)).code).toBe(0);
    expect((await talk(url, 'agent', 'create', ...options)).refusal).toBe('The username is taken.');
  });

  it('say that they need a database', async () => {
    expect((await talk(undefined, 'migrate')).refusal).toBe('DATABASE_URL is required');
  });
});
