import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { EventsModule } from '../events/events.module.js';
import { AgentDirectory } from './agent-directory.js';
import { Agent } from './agent.entity.js';
import { AgentsController } from './agents.controller.js';
import { AgentsRepository } from './agents.repository.js';
import { AgentsService } from './agents.service.js';
import { Customer } from './customer.entity.js';
import { CustomersController } from './customers.controller.js';
import { MeController } from './me.controller.js';

@Module({
  imports: [AuthModule, EventsModule, TypeOrmModule.forFeature([Agent, Customer])],
  controllers: [AgentsController, CustomersController, MeController],
  providers: [AgentsRepository, AgentsService, AgentDirectory],
  exports: [AgentDirectory, AgentsRepository],
})
export class AgentsModule {}
