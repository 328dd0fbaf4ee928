import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { emojiKey } from './emoji.js';

export const EMOJI_EXPECTED = 'must be an emoji, or a shortcode of a-z, 0-9, _, + and -, of up to 64 bytes';

export const Emoji = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: String, minLength: 1, maxLength: 64, example: '👍' }),
    ValidateBy({
      name: 'emoji',
      validator: {
        validate: (value) => typeof value === 'string' && emojiKey(value) !== undefined,
        defaultMessage: () => EMOJI_EXPECTED,
      },
    }),
  );
