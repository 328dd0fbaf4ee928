import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { AddParticipantDto } from './chat.dto.js';
import type { ParticipantResource } from './participant.presenter.js';
import { ParticipantsService } from './participants.service.js';

@Controller(['service_agents/talk_chats/:id/participants', 'talks/:id/participants'])
export class ParticipantsController {
  constructor(private readonly participants: ParticipantsService) {}

  @Get()
  list(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<ParticipantResource[]> {
    return this.participants.list(id, caller);
  }

  @Post()
  @HttpCode(200)
  add(
    @Param('id', UuidPipe) id: string,
    @Body() dto: AddParticipantDto,
    @Caller() caller: Principal,
  ): Promise<ParticipantResource> {
    return this.participants.add(id, dto, caller);
  }

  @Delete(':participant_id')
  remove(
    @Param('id', UuidPipe) id: string,
    @Param('participant_id', UuidPipe) participantId: string,
    @Caller() caller: Principal,
  ): Promise<ParticipantResource> {
    return this.participants.remove(id, participantId, caller);
  }
}
