import type { Progress } from '../progress.js';
import type { Servers } from '../servers.js';

/** A row of the table. What a workload does not measure is left out. */
export interface Row {
  system: string;
  /** Calls per second: messages sent, or lists read. */
  messagesPerSecond?: number;
  deliveriesPerSecond?: number;
  /** Milliseconds. */
  p50?: number;
  p99?: number;
  /** Milliseconds of processor time per message. */
  serverCpu?: number;
  postgresCpu?: number;
  redisCpu?: number;
  totalCpu?: number;
  /** MiB of the system's own processes. */
  memory?: number;
  /** Percent of a core: what the generator used, and everything else that ran on the machine. */
  generator?: number;
  others?: number;
  /** What went wrong, so that the figures of this row count for nothing. */
  failure?: string;
}

/** What was to be reached. */
export interface Target {
  /** `messages/s ÷ bare` */
  what: string;
  value: number;
  atLeast?: number;
  atMost?: number;
}

export interface Result {
  rows: Row[];
  targets: Target[];
}

export interface Workload {
  name: string;
  title: string;
  run(servers: Servers, progress: Progress): Promise<Result>;
}
