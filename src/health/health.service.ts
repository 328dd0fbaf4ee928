import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Bus } from '../events/bus/bus.js';
import { Lifecycle } from '../ops/lifecycle.js';
import { DatabaseCheck } from './database-check.js';
import type { Readiness } from './health.presenter.js';

/** Tells whether this replica should be sent calls. */
@Injectable()
export class HealthService {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    private readonly databaseCheck: DatabaseCheck,
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
  ) {}

  async readiness(): Promise<Readiness> {
    const { database, schema } = await this.databaseCheck.run();
    const redis = this.settings.redis ? this.bus.state : 'none';
    const stopping = this.lifecycle.isStopping;
    const ready = schema === 'current' && this.lifecycle.isServing && !stopping;
    const degraded = redis === 'away';
    return {
      status: ready ? (degraded ? 'degraded' : 'ready') : 'not_ready',
      database,
      schema,
      redis,
      stopping,
    };
  }
}
