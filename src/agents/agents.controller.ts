import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { PageQuery, type Page } from '../http/page.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { CreateAgentDto, UpdateAgentDto } from './agent.dto.js';
import type { AgentResource } from './agent.presenter.js';
import { AgentsService } from './agents.service.js';

@Controller(['agents', 'service_agents/agents'])
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Get()
  list(@Query() query: PageQuery, @Caller() caller: Principal): Promise<Page<AgentResource>> {
    return this.agents.list(query, caller);
  }

  @Post()
  @HttpCode(200)
  create(@Body() dto: CreateAgentDto, @Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.create(dto, caller);
  }

  @Get(':id')
  get(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.get(id, caller);
  }

  @Put(':id')
  update(
    @Param('id', UuidPipe) id: string,
    @Body() dto: UpdateAgentDto,
    @Caller() caller: Principal,
  ): Promise<AgentResource> {
    return this.agents.update(id, dto, caller);
  }

  @Delete(':id')
  delete(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<AgentResource> {
    return this.agents.delete(id, caller);
  }
}
