import { readFile } from 'node:fs/promises';
import { loadSettings } from '../../src/config/settings.js';
import { environmentOf, find, MINIMUM, template } from './support/helm.js';
import { settingsOfTalk } from './support/settings.js';

/** Of no use on a PostgreSQL of one's own. */
const EMBEDDED_ONLY = ['DATA_DIR'];

/** The name of every setting that the values can give: those with a value of their own, and the map's. */
async function settingsOfTheChart(): Promise<string[]> {
  const schema = JSON.parse(await readFile('helm/talk/values.schema.json', 'utf8')) as {
    properties: { settings: { properties: object } };
  };
  const manifests = template({
    ...MINIMUM,
    auth: {
      jwtSecret: 'a secret of the tests, of over 32 bytes',
      jwksUrl: 'https://id.example/keys',
      jwtIssuer: 'https://id.example',
      jwtAudience: 'talk',
    },
    tracing: { endpoint: 'http://collector.example:4318' },
  });
  const named = environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec);
  return [...Object.keys(named), ...Object.keys(schema.properties.settings.properties)];
}

it('gives every setting of Talk, and none that Talk does not know', async () => {
  const wanted = settingsOfTalk().filter((name) => !EMBEDDED_ONLY.includes(name));
  expect((await settingsOfTheChart()).sort()).toEqual([...new Set(wanted)].sort());
});

it('gives by default what Talk itself has by default', () => {
  const manifests = template(MINIMUM);
  const given = environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec);
  const secrets = {
    DATABASE_URL: given.DATABASE_URL,
    JWT_SECRET: given.JWT_SECRET,
    REDIS_URL: given.REDIS_URL,
  };
  expect(loadSettings(given)).toEqual(loadSettings(secrets));
});

it('passes on large numbers and switches as they are written', () => {
  const manifests = template({
    ...MINIMUM,
    rateLimit: 1_000_000,
    settings: { OTEL_BSP_MAX_QUEUE_SIZE: 1_000_000, MIGRATE_ON_START: true },
  });
  expect(environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec)).toMatchObject({
    RATE_LIMIT: '1000000',
    OTEL_BSP_MAX_QUEUE_SIZE: '1000000',
    MIGRATE_ON_START: 'true',
  });
});

it('passes on what is false and what is none', () => {
  const manifests = template({ ...MINIMUM, rateLimit: 0, settings: { MIGRATE_ON_START: false } });
  expect(environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec)).toMatchObject({
    RATE_LIMIT: '0',
    MIGRATE_ON_START: 'false',
  });
});

describe('TRUST_PROXY', () => {
  const trusted = (values: object): string | undefined => {
    const manifests = template({ ...MINIMUM, ...values });
    return environmentOf(manifests, find(manifests, 'Deployment').spec.template.spec).TRUST_PROXY;
  };
  const ingress = { enabled: true, hosts: ['talk.example'] };

  it('is one proxy where the chart makes a way in through one, and none otherwise', () => {
    expect(trusted({})).toBeUndefined();
    expect(trusted({ ingress })).toBe('1');
    expect(trusted({ httpRoute: { enabled: true, parentRefs: [{ name: 'gateway' }] } })).toBe('1');
  });

  it('is what the values say', () => {
    expect(trusted({ ingress, trustProxy: 2 })).toBe('2');
    expect(trusted({ trustProxy: '10.0.0.0/8' })).toBe('10.0.0.0/8');
    expect(trusted({ ingress, settings: { TRUST_PROXY: 'loopback' } })).toBe('loopback');
  });
});
