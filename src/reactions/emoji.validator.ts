import { ValidateBy } from 'class-validator';
import { emojiKey } from './emoji.js';

export const EMOJI_EXPECTED = 'must be an emoji, or a shortcode of a-z, 0-9, _, + and -, of up to 64 bytes';

export const Emoji = (): PropertyDecorator =>
  ValidateBy({
    name: 'emoji',
    validator: {
      validate: (value) => typeof value === 'string' && emojiKey(value) !== undefined,
      defaultMessage: () => EMOJI_EXPECTED,
    },
  });
