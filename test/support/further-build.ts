import { appendFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What an upgrade may do while the build before it still runs: it adds, and takes nothing away. */
const EXPAND = `
  ALTER TABLE agents ADD COLUMN further text;
  ALTER TABLE chats ADD COLUMN further text;
  ALTER TABLE events ADD COLUMN further text;
  ALTER TABLE messages ADD COLUMN further text NOT NULL DEFAULT '';
  ALTER TABLE participants ADD COLUMN further text;
  ALTER TABLE streams ADD COLUMN further text;
  CREATE TABLE further (id uuid PRIMARY KEY);`;

const MIGRATION = `
export class Further9000000000000 {
  name = 'Further9000000000000';
  async up(runner) { await runner.query(\`${EXPAND}\`); }
  async down() {}
}`;

const LAST_OF_ALL = `
import { Further9000000000000 } from './migrations/9000000000000-further.js';
MIGRATIONS.push(Further9000000000000);
`;

/** A build as the next release has it: this one, and one migration more. */
export interface FurtherBuild {
  main: string;
  cli: string;
}

/** Makes it in this folder, which is emptied by whoever made that. */
export async function createFurtherBuild(folder: string): Promise<FurtherBuild> {
  const dist = join(folder, 'dist');
  await mkdir(folder, { recursive: true });
  await cp(join(ROOT, 'dist'), dist, { recursive: true });
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(dist, 'database/migrations/9000000000000-further.js'), MIGRATION);
  await appendFile(join(dist, 'database/migrator.js'), LAST_OF_ALL);
  return { main: join(dist, 'main.js'), cli: join(dist, 'cli.js') };
}
