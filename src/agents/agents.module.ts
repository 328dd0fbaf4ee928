import { Global, Module } from '@nestjs/common';
import { Directory } from '../auth/directory.js';
import { AgentDirectory } from './agent-directory.js';
import { AgentsRepository } from './agents.repository.js';

@Global()
@Module({
  providers: [AgentsRepository, { provide: Directory, useClass: AgentDirectory }],
  exports: [AgentsRepository, Directory],
})
export class AgentsModule {}
