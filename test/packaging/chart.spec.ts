import { schemaErrors, unknownFields } from './support/kubernetes.js';
import { find, lint, MINIMUM, template, tryTemplate, type Manifest } from './support/helm.js';
import { GOOD_VALUES, WRONG_VALUES } from './support/values.js';

/** The pod of whatever runs one. */
const podOf = ({ kind, spec }: Manifest): any => (kind === 'Pod' ? spec : spec?.template?.spec);
const runsPods = (manifest: Manifest): boolean => Boolean(podOf(manifest)?.containers);

const isHook = ({ metadata }: Manifest): boolean => Boolean(metadata.annotations?.['helm.sh/hook']);

const rendered = Object.entries(GOOD_VALUES).map(([name, values]) => ({
  name,
  values,
  manifests: template(values),
}));

describe.each(rendered)('a release with $name', ({ values, manifests }) => {
  it('passes the linter', () => {
    const { code, output, stderr } = lint(values);
    expect(`${output}${stderr}`).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(code).toBe(0);
  });

  it('has nothing that the schemas of Kubernetes and of the operators refuse', () => {
    expect(manifests.flatMap(schemaErrors)).toEqual([]);
  });

  it('names nothing twice, and nothing that is too long', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual([...new Set(names)]);
    for (const { metadata } of manifests) expect(metadata.name.length).toBeLessThanOrEqual(63);
  });

  it('has every pod run as nobody, with a read-only root and without privileges or a token', () => {
    for (const pod of manifests.filter(runsPods).map(podOf)) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('gives every container requests and limits, and what runs on its probes', () => {
    for (const manifest of manifests.filter(runsPods)) {
      for (const container of podOf(manifest).containers) {
        for (const part of ['requests', 'limits']) {
          expect(Object.keys(container.resources[part]).sort()).toEqual(['cpu', 'memory']);
        }
        if (manifest.kind !== 'Deployment') continue;
        expect(container.startupProbe.httpGet.path).toBe('/livez');
        expect(container.livenessProbe.httpGet.path).toBe('/livez');
        expect(container.readinessProbe.httpGet.path).toBe('/readyz');
      }
    }
  });

  it('leads to its replicas, and to nothing else', () => {
    const { labels } = find(manifests, 'Deployment').spec.template.metadata;
    const others = manifests.filter(({ kind }) => kind === 'Job' || kind === 'Pod');
    const labelsOfOthers = others.map((each) => (each.kind === 'Pod' ? each : each.spec.template).metadata);
    const matches = (selector: object, of: Record<string, string>): boolean =>
      Object.entries(selector).every(([key, value]) => of[key] === value);
    const selectors = selectorsOf(manifests);
    expect(selectors.length).toBeGreaterThan(4);
    for (const selector of selectors) {
      expect(matches(selector, labels)).toBe(true);
      for (const other of labelsOfOthers) expect(matches(selector, other.labels)).toBe(false);
    }
  });

  it('grants a replica more time than it takes to stop', () => {
    const { spec } = find(manifests, 'Deployment').spec.template;
    const [{ env, lifecycle }] = spec.containers;
    const grace = env.find(({ name }: { name: string }) => name === 'SHUTDOWN_GRACE').value as string;
    const seconds = Number.parseInt(grace) * (grace.endsWith('m') ? 60 : 1);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      lifecycle.preStop.sleep.seconds + seconds + 5,
    );
  });

  it('never has fewer replicas than before while it is replaced', () => {
    expect(find(manifests, 'Deployment').spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
  });

  it('has no stickiness anywhere', () => {
    for (const service of manifests.filter(({ kind }) => kind === 'Service')) {
      expect([undefined, 'None']).toContain(service.spec.sessionAffinity);
    }
    expect(JSON.stringify(manifests)).not.toMatch(/sticky|sessionPersistence|affinity: cookie|"ClientIP"/);
  });

  it('uses only Secrets and accounts that are there by then', () => {
    const names = (kind: string, hooks: boolean): string[] =>
      manifests
        .filter((each) => each.kind === kind && isHook(each) === hooks)
        .map(({ metadata }) => metadata.name);
    for (const manifest of manifests.filter(runsPods)) {
      const isJob = manifest.kind === 'Job';
      for (const name of usedSecrets(podOf(manifest))) {
        const isTheirs = JSON.stringify(values).includes(`"${name}"`);
        if (!isTheirs) expect(names('Secret', isJob)).toContain(name);
      }
      const account = podOf(manifest).serviceAccountName as string;
      if (account !== 'default') expect(names('ServiceAccount', isJob)).toContain(account);
    }
  });
});

function selectorsOf(manifests: Manifest[]): object[] {
  const deployment = find(manifests, 'Deployment').spec;
  const ofKind = (kind: string): any[] =>
    manifests.filter((each) => each.kind === kind && !isHook(each)).map(({ spec }) => spec);
  return [
    deployment.selector.matchLabels,
    ...deployment.template.spec.topologySpreadConstraints.map((each: any) => each.labelSelector.matchLabels),
    ...ofKind('Service').map(({ selector }) => selector),
    ...ofKind('PodDisruptionBudget').map(({ selector }) => selector.matchLabels),
    ...ofKind('NetworkPolicy').map(({ podSelector }) => podSelector.matchLabels),
  ];
}

const usedSecrets = (pod: any): string[] =>
  pod.containers[0].env.flatMap(({ valueFrom }: any) => (valueFrom ? [valueFrom.secretKeyRef.name] : []));

it('has no field that the API would drop', () => {
  expect(unknownFields(rendered.flatMap(({ manifests }) => manifests))).toEqual([]);
});

it('is looked at by checks that find what is wrong', () => {
  const deployment = structuredClone(find(template(MINIMUM), 'Deployment'));
  deployment.spec.template.spec.containers[0].readynessProbe = {};
  expect(schemaErrors(deployment)).toEqual([]);
  expect(unknownFields([deployment])).toEqual([expect.stringContaining('readynessProbe')]);
  deployment.spec.replicas = 'three';
  expect(schemaErrors(deployment)).toEqual([expect.stringContaining('spec/replicas must be integer')]);
});

it.each(WRONG_VALUES)('refuses %s', (_, values, complaint) => {
  const { code, stderr } = tryTemplate(values);
  expect(stderr).toMatch(complaint);
  expect(code).not.toBe(0);
});
