import { loadSettings } from '../../../src/config/settings.js';

/** Without it, those that go with it are not read. */
const GIVEN: Record<string, string | undefined> = {
  REDIS_URL: 'rediss+sentinel://sentinel/master',
};

/** The name of every setting that Talk reads. */
export function settingsOfTalk(): string[] {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get: (_, name) => {
        names.add(String(name));
        return GIVEN[String(name)];
      },
    },
  );
  loadSettings(env);
  return [...names];
}
