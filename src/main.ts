import 'reflect-metadata';
import { loadSettings } from './config/settings.js';

try {
  const settings = loadSettings(process.env);
  // Loaded only now: a bad setting is told at once, not after everything that would not be used.
  const { start } = await import('./start.js');
  await start(settings);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`Talk cannot start: ${reason}`);
  process.exit(1);
}
