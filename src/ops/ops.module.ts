import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Gauges } from './gauges.js';
import { Lifecycle } from './lifecycle.js';
import { MetricsServer } from './metrics-server.js';
import { registry } from './metrics.js';
import { OpenRequests } from './open-requests.js';
import { Tracing } from './tracing.js';

@Global()
@Module({
  providers: [
    Gauges,
    Lifecycle,
    MetricsServer,
    OpenRequests,
    Tracing,
    { provide: Registry, useValue: registry },
  ],
  exports: [Gauges, Lifecycle, OpenRequests],
})
export class OpsModule {}
