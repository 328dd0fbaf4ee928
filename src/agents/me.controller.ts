import { Controller, Get } from '@nestjs/common';
import { Answers } from '../http/answers.decorator.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { AgentResource } from './agent.presenter.js';
import { AgentsService } from './agents.service.js';

@Controller('service_agents/me')
export class MeController {
  constructor(private readonly agents: AgentsService) {}

  @Get()
  @Answers('The calling agent', AgentResource)
  get(@Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.me(caller);
  }
}
