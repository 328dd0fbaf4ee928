import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Plan, Report } from './plan.js';

const GENERATOR = fileURLToPath(new URL('./generator.js', import.meta.url));

type Stage = Report['stage'];

/** A load generator in a process of its own, which plays one plan. */
export class GeneratorProcess {
  private readonly child: ChildProcess = fork(GENERATOR);
  private readonly reports = on(this.child, 'message') as AsyncIterator<[Report]>;
  private readonly gone = once(this.child, 'exit').then(([code]): never => {
    throw new Error(`the generator ended with code ${code}`);
  });

  constructor(plan: Plan) {
    this.gone.catch(() => undefined);
    this.child.send(plan);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Its next report, which has to be of this stage. */
  async reach<Wanted extends Stage>(stage: Wanted): Promise<Report & { stage: Wanted }> {
    const next = await Promise.race([this.reports.next(), this.gone]);
    const [report] = next.value as [Report];
    if (report.stage !== stage) throw new Error(`the generator is at ${report.stage}, not at ${stage}`);
    return report as Report & { stage: Wanted };
  }

  /** Ends it, with all its connections. */
  async end(): Promise<void> {
    this.child.kill();
    await this.gone.catch(() => undefined);
  }
}
