import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { lastOf, parseDockerfile } from './support/dockerfile.js';
import { settingsOfTalk } from './support/settings.js';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  stop_grace_period?: string;
}

const { services } = parse(await readFile('compose.yaml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};
const replicas = Object.entries(services).filter(([name]) => /^talk-\d$/.test(name));

describe('compose.yaml', () => {
  it('starts two replicas after the migration, and that after the database', () => {
    expect(replicas).toHaveLength(2);
    for (const [, { depends_on }] of replicas) {
      expect(depends_on?.migrate?.condition).toBe('service_completed_successfully');
    }
    expect(services.migrate?.command).toEqual(['node', 'dist/cli.js', 'migrate']);
    expect(services.migrate?.depends_on?.postgres?.condition).toBe('service_healthy');
  });

  it('gives settings that Talk knows, and the replicas and the migration the same', () => {
    for (const [, { environment = {} }] of replicas) {
      for (const name of Object.keys(environment)) expect(settingsOfTalk()).toContain(name);
      expect(environment).toEqual(services.migrate?.environment);
    }
  });

  it('has the replicas trust the one proxy that is before them', () => {
    for (const [, { environment }] of replicas) expect(environment?.TRUST_PROXY).toBe('1');
  });

  it('has the replicas write nothing, and stop in their own time', () => {
    for (const [, replica] of replicas) {
      expect(replica).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '30s' });
    }
  });

  it('has a proxy that leads to every replica and prefers none', async () => {
    const [source = ''] = services.proxy?.volumes?.[0]?.split(':') ?? [];
    const caddyfile = await readFile(source, 'utf8');
    const [, upstreams = ''] = /reverse_proxy (.*) \{/.exec(caddyfile) ?? [];
    expect(upstreams.split(' ')).toEqual(replicas.map(([name]) => `${name}:3000`));
    expect(caddyfile).toMatch(/health_uri \/readyz/);
    expect(caddyfile).toMatch(/lb_policy least_conn/);
    expect(caddyfile).not.toMatch(/cookie|ip_hash|client_ip|sticky/);
  });
});

describe('the Dockerfile', () => {
  it('copies only what is there, and .dockerignore lets all of it pass', async () => {
    const ignored = (await readFile('.dockerignore', 'utf8')).split('\n');
    expect(ignored).toContain('*');
    const stages = parseDockerfile(await readFile('Dockerfile', 'utf8'));
    const sources = stages.flatMap(({ instructions }) =>
      instructions
        .filter(({ keyword, flags }) => keyword === 'COPY' && !flags.from)
        .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1)),
    );
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(existsSync(source)).toBe(true);
      const folders = source.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      expect(folders.some((folder) => ignored.includes(`!${folder}`))).toBe(true);
    }
  });

  it('says what a registry and an engine ask', async () => {
    const final = parseDockerfile(await readFile('Dockerfile', 'utf8')).at(-1);
    if (!final) throw new Error('the Dockerfile has no stage');
    expect(lastOf(final, 'LABEL')?.rest).toMatch(/org\.opencontainers\.image\.title="Talk"/);
    expect(lastOf(final, 'EXPOSE')?.rest).toBe('3000 9464');
    expect(lastOf(final, 'STOPSIGNAL')?.rest).toBe('SIGTERM');
    expect(lastOf(final, 'USER')?.rest).toMatch(/^[1-9]\d{4,}:[1-9]\d{4,}$/);
    expect(final.image).toBe('node:24-slim');
  });
});
