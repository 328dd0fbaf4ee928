import { rule } from '../http/validators.js';
import { emojiKey } from './emoji.js';

export const EMOJI_EXPECTED = 'must be an emoji, or a shortcode of a-z, 0-9, _, + and -, of up to 64 bytes';

export const Emoji = (): PropertyDecorator =>
  rule(EMOJI_EXPECTED, (value) => typeof value === 'string' && emojiKey(value) !== undefined, {
    type: String,
    minLength: 1,
    maxLength: 64,
    example: '👍',
  });
