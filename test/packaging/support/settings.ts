import { loadSettings } from '../../../src/config/settings.js';

/** The name of every setting that Talk reads. */
export function settingsOfTalk(): string[] {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get: (_, name) => {
        names.add(String(name));
        return undefined;
      },
    },
  );
  loadSettings(env);
  return [...names];
}
