import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Answers } from '../http/answers.decorator.js';
import { UuidParam } from '../http/uuid-param.decorator.js';
import { AddParticipantDto } from './chat.dto.js';
import { ParticipantResource } from './participant.presenter.js';
import { ParticipantsService } from './participants.service.js';

@Controller(['service_agents/talk_chats/:id/participants', 'talks/:id/participants'])
export class ParticipantsController {
  constructor(private readonly participants: ParticipantsService) {}

  @Get()
  @Answers('Who is in a talk', [ParticipantResource], 'talk_not_found', 'not_participant')
  list(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<ParticipantResource[]> {
    return this.participants.list(id, caller);
  }

  @Post()
  @HttpCode(200)
  @Answers(
    'Puts an agent into a talk',
    ParticipantResource,
    'talk_not_found',
    'not_participant',
    'agent_not_found',
    'participant_exists',
    'talk_full',
    'talk_closed',
  )
  add(
    @UuidParam('id') id: string,
    @Body() dto: AddParticipantDto,
    @Caller() caller: Principal,
  ): Promise<ParticipantResource> {
    return this.participants.add(id, dto, caller);
  }

  @Delete(':participant_id')
  @Answers(
    'Takes an agent out of a talk',
    ParticipantResource,
    'talk_not_found',
    'not_participant',
    'participant_not_found',
    'talk_closed',
  )
  remove(
    @UuidParam('id') id: string,
    @UuidParam('participant_id') participantId: string,
    @Caller() caller: Principal,
  ): Promise<ParticipantResource> {
    return this.participants.remove(id, participantId, caller);
  }
}
