import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { DatabaseCheck } from './database-check.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [EventsModule],
  controllers: [HealthController],
  providers: [DatabaseCheck, HealthService],
})
export class HealthModule {}
