import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';

export class CreateMessageDto {
  @IsUUID()
  chat_id: string;

  @IsString()
  @Length(1, 10_000)
  text: string;

  @IsOptional()
  @IsString()
  @Length(1, 128)
  client_message_id?: string;
}

export class ListMessagesDto {
  @IsUUID()
  chat_id: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  page_size = 50;
}
