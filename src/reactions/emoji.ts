import { nameToEmoji } from 'gemoji';

const SHORTCODE = /^(:?)([a-z0-9_+-]+)\1$/;
const EMOJI = /^\p{RGI_Emoji}$/v;
const VARIATION_SELECTOR = '\uFE0F';
const BYTES_AT_MOST = 64;

/**
 * What makes two spellings the same reaction: the emoji itself for its shortcodes too, the bare
 * shortcode where no emoji has that name. `undefined` for what is no emoji at all.
 */
export function emojiKey(text: string): string | undefined {
  if (Buffer.byteLength(text) > BYTES_AT_MOST) return undefined;
  const name = SHORTCODE.exec(text)?.[2];
  if (name !== undefined) {
    const emoji = Object.hasOwn(nameToEmoji, name) ? nameToEmoji[name] : undefined;
    return emoji === undefined ? `:${name}:` : withoutVariation(emoji);
  }
  return isEmoji(text) ? withoutVariation(text) : undefined;
}

/** ❤ and ❤️ are both in use, so a missing variation selector does not count. */
const isEmoji = (text: string): boolean => EMOJI.test(text) || EMOJI.test(text + VARIATION_SELECTOR);

const withoutVariation = (emoji: string): string => emoji.replaceAll(VARIATION_SELECTOR, '');
