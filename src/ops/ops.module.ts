import { Global, Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';
import { MetricsServer } from './metrics-server.js';
import { OpenRequests } from './open-requests.js';

@Global()
@Module({ providers: [Lifecycle, MetricsServer, OpenRequests], exports: [Lifecycle] })
export class OpsModule {}
