import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Directory } from '../auth/directory.js';
import { AgentDirectory } from './agent-directory.js';
import { Agent } from './agent.entity.js';
import { AgentsController } from './agents.controller.js';
import { AgentsRepository } from './agents.repository.js';
import { AgentsService } from './agents.service.js';
import { Customer } from './customer.entity.js';
import { CustomersController } from './customers.controller.js';
import { MeController } from './me.controller.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Agent, Customer])],
  controllers: [AgentsController, CustomersController, MeController],
  providers: [AgentsRepository, AgentsService, { provide: Directory, useClass: AgentDirectory }],
  exports: [AgentsRepository, Directory],
})
export class AgentsModule {}
