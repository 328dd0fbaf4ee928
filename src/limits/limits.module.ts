import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { Limits } from './limits.js';

@Module({ imports: [EventsModule], providers: [Limits], exports: [Limits] })
export class LimitsModule {}
