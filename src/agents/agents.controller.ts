import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Answers } from '../http/answers.decorator.js';
import { PageOf, PageQuery, type Page } from '../http/page.js';
import { UuidParam } from '../http/uuid-param.decorator.js';
import { CreateAgentDto, UpdateAgentDto } from './agent.dto.js';
import { AgentResource } from './agent.presenter.js';
import { AgentsService } from './agents.service.js';

@Controller(['agents', 'service_agents/agents'])
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Get()
  @Answers('The agents of my customer', PageOf(AgentResource))
  list(@Query() query: PageQuery, @Caller() caller: Principal): Promise<Page<AgentResource>> {
    return this.agents.list(query, caller);
  }

  @Post()
  @HttpCode(200)
  @Answers('Creates an agent', AgentResource, 'not_admin', 'username_taken', 'agent_exists')
  create(@Body() dto: CreateAgentDto, @Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.create(dto, caller);
  }

  @Get(':id')
  @Answers('One agent', AgentResource, 'agent_not_found')
  get(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.get(id, caller);
  }

  @Put(':id')
  @Answers('Changes an agent', AgentResource, 'not_admin', 'agent_not_found', 'username_taken')
  update(
    @UuidParam('id') id: string,
    @Body() dto: UpdateAgentDto,
    @Caller() caller: Principal,
  ): Promise<AgentResource> {
    return this.agents.update(id, dto, caller);
  }

  @Delete(':id')
  @Answers('Deletes an agent, who leaves all talks', AgentResource, 'not_admin', 'agent_not_found')
  delete(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.delete(id, caller);
  }
}
