import 'reflect-metadata';
import { start } from './start.js';

try {
  await start(process.env);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`Talk cannot start: ${reason}`);
  process.exit(1);
}
