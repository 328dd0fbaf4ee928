import { fileURLToPath } from 'node:url';
import { generateDtsBundle } from 'dts-bundle-generator';
import ts from 'typescript';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The client's types in one text that refers to nothing else: the server's are written out in it.
 * `change` is given every file as it is read, by its path, and returns what is to be read instead.
 */
export function declarations(change = (_path, text) => text) {
  const { readFile } = ts.sys;
  ts.sys.readFile = (path, encoding) => {
    const text = readFile(path, encoding);
    return text === undefined ? text : change(path, text);
  };
  try {
    const [types] = generateDtsBundle(
      [{ filePath: at('src/index.ts'), output: { noBanner: true, exportReferencedTypes: false } }],
      { preferredConfigPath: at('tsconfig.json') },
    );
    return types;
  } finally {
    ts.sys.readFile = readFile;
  }
}
