import { Emoji } from './emoji.validator.js';

export class ReactionDto {
  /** An emoji, or a shortcode with or without colons. */
  @Emoji()
  emoji: string;
}
