import { Global, Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';
import { OpenRequests } from './open-requests.js';

@Global()
@Module({ providers: [Lifecycle, OpenRequests], exports: [Lifecycle] })
export class OpsModule {}
