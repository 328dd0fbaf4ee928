import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { tellingLines } from './secrets.js';

/** What Talk runs on; this very Node by default. */
export const NODE = process.env.TEST_NODE ?? process.execPath;

/** The build under test; another one by `TEST_MAIN`, to see whether a test would have failed there. */
const MAIN = process.env.TEST_MAIN ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** One Talk, as a process. */
export interface Replica {
  /** `http://127.0.0.1:port` */
  url: string;
  process: ChildProcess;
  /** Where its metrics are; known as long as its log level is `info` or below. */
  metricsUrl(): string;
  /** All it printed so far, on both outputs. */
  output(): string;
  /** Ends it as an orchestrator would; tells its exit code. Its log may have given no secret away. */
  stop(): Promise<number | null>;
}

/** Nobody routes anything here, so a replica that stops need not wait for anybody to notice. */
const DEFAULTS = {
  HOST: '127.0.0.1',
  PORT: '0',
  METRICS_PORT: '0',
  LOG_LEVEL: 'trace',
  SHUTDOWN_DELAY: '0s',
  SHUTDOWN_GRACE: '2s',
};

export interface ReplicaOptions {
  /** The `main.js` of another build. */
  main?: string;
  /** What it says once it is as far as the test wants it; the first group is its address. */
  said?: RegExp;
}

const READY = /Talk is ready at (\S+)/;

/** What a replica says that was started before its database or its schema. */
export const WAITING = /Not ready yet at (\S+): /;

/** Starts `dist/main.js` with these settings and nothing else from our environment but the PATH. */
export async function startReplica(
  env: Record<string, string>,
  { main = MAIN, said = READY }: ReplicaOptions = {},
): Promise<Replica> {
  const child = spawn(NODE, [main], {
    env: { PATH: process.env.PATH, ...DEFAULTS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = said.exec(output)?.[1];
      if (url) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => reject(new Error(`exit code ${code}: ${output}`)));
  });
  return {
    url: await ready,
    process: child,
    output: () => output,
    metricsUrl: () =>
      `http://127.0.0.1:${/"port":(\d+),"msg":"Metrics are served"/.exec(output)?.[1]}/metrics`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = (await once(child, 'close')) as [number | null];
      expect(tellingLines(output)).toEqual([]);
      return code;
    },
  };
}
