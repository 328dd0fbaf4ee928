import { Described } from '../http/fields.js';
import { Uuid } from '../http/validators.js';
import { Emoji } from './emoji.validator.js';

export class ReactionDto {
  @Described('An emoji, or a shortcode with or without colons.')
  @Emoji()
  emoji: string;
}

/** The same over a socket, where no path names the message. */
export class ReactionPacket extends ReactionDto {
  @Uuid()
  message_id: string;
}
