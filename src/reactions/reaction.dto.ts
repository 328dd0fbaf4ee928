import { Described } from '../http/fields.js';
import { Emoji } from './emoji.validator.js';

export class ReactionDto {
  @Described('An emoji, or a shortcode with or without colons.')
  @Emoji()
  emoji: string;
}
