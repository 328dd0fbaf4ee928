import { ForbiddenException, Inject, Injectable } from '@nestjs/common';
import { DataSource, type Repository } from 'typeorm';
import type { Caller } from './auth.js';
import type { CreateMessageDto, ListMessagesDto } from './dto.js';
import { Message, Participant } from './entities.js';

@Injectable()
export class MessagesService {
  private readonly messages: Repository<Message>;
  private readonly participants: Repository<Participant>;

  constructor(@Inject(DataSource) dataSource: DataSource) {
    this.messages = dataSource.getRepository(Message);
    this.participants = dataSource.getRepository(Participant);
  }

  async send(dto: CreateMessageDto, caller: Caller): Promise<Message> {
    await this.requireParticipant(dto.chat_id, caller);
    return this.messages.save(
      this.messages.create({ ...dto, customer_id: caller.customerId, owner_id: caller.id }),
    );
  }

  async list({ chat_id, page_size }: ListMessagesDto, caller: Caller): Promise<{ result: Message[] }> {
    await this.requireParticipant(chat_id, caller);
    const result = await this.messages.find({
      where: { chat_id },
      relations: { reactions: true },
      order: { tm_create: 'ASC' },
      take: page_size,
    });
    return { result };
  }

  async talksOf(caller: Caller): Promise<string[]> {
    const participants = await this.participants.findBy({ owner_id: caller.id });
    return participants.map(({ chat_id }) => chat_id);
  }

  private async requireParticipant(chat_id: string, caller: Caller): Promise<void> {
    if (!(await this.participants.findOneBy({ chat_id, owner_id: caller.id })))
      throw new ForbiddenException();
  }
}
