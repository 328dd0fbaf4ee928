import { Global, Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';
import { MetricsServer } from './metrics-server.js';
import { OpenRequests } from './open-requests.js';
import { Tracing } from './tracing.js';

@Global()
@Module({ providers: [Lifecycle, MetricsServer, OpenRequests, Tracing], exports: [Lifecycle, OpenRequests] })
export class OpsModule {}
