import { Module } from '@nestjs/common';
import { ClientAddresses } from './client-address.js';
import { Connections } from './connections.js';

/** Where calls come from, and how many may come at once. */
@Module({ providers: [ClientAddresses, Connections], exports: [ClientAddresses, Connections] })
export class GateModule {}
