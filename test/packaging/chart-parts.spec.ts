import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import {
  environmentOf,
  find,
  MINIMUM,
  template,
  tryTemplate,
  type Manifest,
  type Values,
} from './support/helm.js';

interface RouteRule {
  matches: { path: { value: string } }[];
  timeouts: { request: string };
  backendRefs: unknown;
}

const withMore = (more: Values, kubernetes?: string): Manifest[] =>
  template({ ...MINIMUM, ...more }, kubernetes);

const hookOf = ({ metadata }: Manifest): string | undefined => metadata.annotations?.['helm.sh/hook'];
const weightOf = ({ metadata }: Manifest): number => Number(metadata.annotations?.['helm.sh/hook-weight']);

describe('the migration', () => {
  const manifests = template(MINIMUM);
  const job = find(manifests, 'Job');

  it('runs before any replica of an install or an upgrade is made', () => {
    expect(hookOf(job)).toBe('pre-install,pre-upgrade');
    expect(hookOf(find(manifests, 'Deployment'))).toBeUndefined();
    expect(job.spec.template.spec.restartPolicy).toBe('Never');
    expect(job.spec.template.spec.containers[0].args).toEqual(['node', 'dist/cli.js', 'migrate']);
  });

  it('finds its Secret, its account and its way through the network made before it', () => {
    const before = manifests.filter((each) => hookOf(each) === 'pre-install,pre-upgrade' && each !== job);
    expect(before.map(({ kind }) => kind).sort()).toEqual(['NetworkPolicy', 'Secret', 'ServiceAccount']);
    for (const each of before) expect(weightOf(each)).toBeLessThan(weightOf(job));
  });

  it('leaves a failed Job for its log to be read, and else nothing of its own', () => {
    for (const each of manifests.filter((manifest) => hookOf(manifest)?.startsWith('pre-'))) {
      expect(each.metadata.annotations?.['helm.sh/hook-delete-policy']).toBe(
        'before-hook-creation,hook-succeeded',
      );
    }
  });

  it('is told the database and its limits, and no other secret', () => {
    const told = withMore({ settings: { DATABASE_MIGRATION_LIMIT: '1h', REQUEST_LIMIT: '20s' } });
    expect(environmentOf(told, find(told, 'Job').spec.template.spec)).toEqual({
      DATABASE_URL: 'postgres://talk:secret@postgres.example/talk',
      DATABASE_MIGRATION_LIMIT: '1h',
    });
  });

  it('goes past the pooler where it is told to, and the replicas do not', () => {
    const url = 'postgres://talk:direct@primary.example/talk';
    const told = withMore({ migration: { url } });
    const urlOf = (kind: string): string | undefined =>
      environmentOf(told, find(told, kind).spec.template.spec).DATABASE_URL;
    expect(urlOf('Job')).toBe(url);
    expect(urlOf('Deployment')).toBe('postgres://talk:secret@postgres.example/talk');
  });
});

it('sleeps before SIGTERM, by the cluster itself from 1.30 on', () => {
  const preStop = (kubernetes: string): unknown =>
    find(template(MINIMUM, kubernetes), 'Deployment').spec.template.spec.containers[0].lifecycle.preStop;
  expect(preStop('1.30.1')).toEqual({ sleep: { seconds: 5 } });
  expect(preStop('1.29.9')).toEqual({ exec: { command: ['sleep', '5'] } });
});

it('is refused by a cluster that is too old', () => {
  expect(tryTemplate(MINIMUM, '1.26.0').stderr).toMatch(/incompatible with Kubernetes/);
});

it('starts replicas anew when a secret of its own changes', () => {
  const checksum = (manifests: Manifest[]): string =>
    find(manifests, 'Deployment').spec.template.metadata.annotations['checksum/secret'];
  const other = withMore({ redis: { url: 'redis://elsewhere.example' } });
  expect(checksum(template(MINIMUM))).toBe(checksum(template(MINIMUM)));
  expect(checksum(other)).not.toBe(checksum(template(MINIMUM)));
});

it('spreads its replicas over hosts and zones', () => {
  const podSpec = find(template(MINIMUM), 'Deployment').spec.template.spec;
  const spread = podSpec.topologySpreadConstraints as { topologyKey: string }[];
  expect(spread.map(({ topologyKey }) => topologyKey)).toEqual([
    'kubernetes.io/hostname',
    'topology.kubernetes.io/zone',
  ]);
});

it('scales by CPU and by sockets, and leaves the number of replicas to that', () => {
  const manifests = withMore({ autoscaling: { enabled: true, targetSockets: 1_000_000 } });
  expect(find(manifests, 'Deployment').spec.replicas).toBeUndefined();
  const { metrics, scaleTargetRef } = find(manifests, 'HorizontalPodAutoscaler').spec;
  expect(scaleTargetRef.name).toBe(find(manifests, 'Deployment').metadata.name);
  expect(metrics.map(({ resource, pods }: any) => resource?.name ?? pods.metric.name)).toEqual([
    'cpu',
    'talk_sockets',
  ]);
  expect(metrics[1].pods.target.averageValue).toBe('1000000');
});

it('lets a WebSocket last behind an Ingress and behind a Gateway, and no REST call', () => {
  const manifests = withMore({
    ingress: { enabled: true },
    httpRoute: { enabled: true, parentRefs: [{ name: 'gateway' }] },
  });
  const annotations = find(manifests, 'Ingress').metadata.annotations ?? {};
  for (const way of ['read', 'send']) {
    expect(annotations[`nginx.ingress.kubernetes.io/proxy-${way}-timeout`]).toBe('3600');
  }
  const rules = find(manifests, 'HTTPRoute').spec.rules as RouteRule[];
  expect(rules.map(({ matches, timeouts }) => [matches[0]?.path.value, timeouts.request])).toEqual([
    ['/socket.io', '0s'],
    ['/', '30s'],
  ]);
  const service = find(manifests, 'Service', 'acme-talk');
  for (const { backendRefs } of rules) {
    expect(backendRefs).toEqual([{ name: 'acme-talk', port: service.spec.ports[0].port }]);
  }
});

it('has its metrics on a port and a Service of their own, where only the cluster may read them', () => {
  const manifests = withMore({ serviceMonitor: { enabled: true } });
  const service = find(manifests, 'Service', 'acme-talk-metrics');
  expect(service.spec.ports).toEqual([{ name: 'metrics', port: 9464, targetPort: 'metrics' }]);
  const { selector, endpoints } = find(manifests, 'ServiceMonitor').spec;
  expect(service.metadata.labels).toMatchObject(selector.matchLabels);
  expect(find(manifests, 'Service', 'acme-talk').metadata.labels).not.toMatchObject(selector.matchLabels);
  expect(endpoints[0].port).toBe('metrics');
  const [, metrics] = find(manifests, 'NetworkPolicy', 'acme-talk').spec.ingress as unknown[];
  expect(metrics).toEqual({
    ports: [{ port: 'metrics', protocol: 'TCP' }],
    from: [{ namespaceSelector: {} }],
  });
});

it('keeps its pods, the migration too, to the ports they need where that is asked for', () => {
  const manifests = withMore({ networkPolicy: { egress: { restricted: true, ports: [5432] } } });
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  expect(policies).toHaveLength(2);
  for (const { spec } of policies) {
    expect(spec.policyTypes).toContain('Egress');
    expect(spec.egress.flatMap(({ ports }: any) => ports.map(({ port }: any) => port))).toEqual([
      53, 53, 5432,
    ]);
  }
});

it('is of the version that package.json has', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const [{ image }] = find(template(MINIMUM), 'Deployment').spec.template.spec.containers;
  expect(image).toBe(`talk:${version}`);
});

it('takes the values that its README shows', async () => {
  const readme = await readFile('helm/talk/README.md', 'utf8');
  const [, shown = ''] = /in a `values.yaml`:\n\n```yaml\n(.*?)```/s.exec(readme) ?? [];
  const manifests = template(parse(shown) as Values);
  expect(find(manifests, 'Ingress').spec.rules[0].host).toBe('talk.example.com');
  const [, settings = ''] = /into `settings`:\n\n```yaml\n(.*?)```/s.exec(readme) ?? [];
  expect(tryTemplate({ ...MINIMUM, ...(parse(settings) as Values) }).code).toBe(0);
});
