import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Manifest } from './helm.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const require = createRequire(import.meta.url);

/** Where the schemas of an API group come from, the operators' custom ones included. */
const PACKAGES: Record<string, string> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api/',
};

const moduleOf = ({ apiVersion, kind }: Manifest): string => {
  const [group = ''] = apiVersion.split('/');
  return `${PACKAGES[group] ?? 'kubernetes-models/'}${apiVersion}/${kind}`;
};

/** What the API's JSON schema has against this manifest: types, what is required, formats. */
export function schemaErrors(manifest: Manifest): string[] {
  const models = require(moduleOf(manifest)) as Record<string, new (data: object) => { validate(): void }>;
  const Model = models[manifest.kind];
  if (!Model) throw new Error(`no schema of ${manifest.apiVersion} ${manifest.kind}`);
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`];
  }
}

/**
 * Fields that the API does not know, and that it would drop in silence. The schemas let them pass, so the compiler
 * looks: each manifest as a literal of the API's type, all in one program since starting it is what takes time.
 */
export function unknownFields(manifests: Manifest[]): string[] {
  const file = join(PROJECT, 'manifests.ts');
  const lines = manifests.map(
    (manifest, index) =>
      `import type { I${manifest.kind} as T${index} } from '${moduleOf(manifest)}'; ` +
      `export const m${index}: T${index} = ${JSON.stringify(manifest)};`,
  );
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const disk = ts.createCompilerHost(options);
  const source = ts.createSourceFile(file, lines.join('\n'), ts.ScriptTarget.ES2022);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => path === file || disk.fileExists(path),
    getSourceFile: (path, target) => (path === file ? source : disk.getSourceFile(path, target)),
  };
  const program = ts.createProgram([file], options, host);
  return program.getSemanticDiagnostics(source).map(({ messageText, start = 0 }) => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    return `${manifests[line]?.kind}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
