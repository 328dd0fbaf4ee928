import { Global, Module } from '@nestjs/common';
import { Directory } from '../auth/directory.js';
import { AgentDirectory } from './agent-directory.js';
import { AgentsController } from './agents.controller.js';
import { AgentsRepository } from './agents.repository.js';
import { AgentsService } from './agents.service.js';
import { CustomersController } from './customers.controller.js';
import { MeController } from './me.controller.js';

@Global()
@Module({
  controllers: [AgentsController, CustomersController, MeController],
  providers: [AgentsRepository, AgentsService, { provide: Directory, useClass: AgentDirectory }],
  exports: [AgentsRepository, Directory],
})
export class AgentsModule {}
