/** What the picker offers: the emoji, its shortcode, and what it is called. */
export const EMOJI = [
  ['👍', 'thumbsup', 'Thumbs up'],
  ['👎', 'thumbsdown', 'Thumbs down'],
  ['❤️', 'heart', 'Heart'],
  ['🎉', 'tada', 'Celebration'],
  ['👀', 'eyes', 'Looking into it'],
  ['✅', 'white_check_mark', 'Done'],
  ['🙏', 'pray', 'Thank you'],
  ['😂', 'joy', 'Laughing'],
  ['😄', 'smile', 'Smiling'],
  ['😍', 'heart_eyes', 'Delighted'],
  ['🤔', 'thinking', 'Thinking'],
  ['😮', 'open_mouth', 'Surprised'],
  ['😢', 'cry', 'Sad'],
  ['😅', 'sweat_smile', 'Relieved'],
  ['🙌', 'raised_hands', 'Raised hands'],
  ['👏', 'clap', 'Applause'],
  ['💪', 'muscle', 'Strong'],
  ['🔥', 'fire', 'Fire'],
  ['🚀', 'rocket', 'Rocket'],
  ['💡', 'bulb', 'Idea'],
  ['⚠️', 'warning', 'Warning'],
  ['❓', 'question', 'Question'],
  ['❌', 'x', 'No'],
  ['💯', '100', 'Hundred'],
] as const;

const BY_CODE = new Map<string, string>(EMOJI.map(([emoji, code]) => [code, emoji]));
const BY_EMOJI = new Map<string, string>(EMOJI.map(([emoji, , name]) => [bare(emoji), name]));
BY_CODE.set('+1', '👍').set('-1', '👎');

/** Without the sign that only asks for its colours. */
function bare(emoji: string): string {
  return emoji.replaceAll('\uFE0F', '');
}

/** A shortcode as the emoji it means, where that is known. */
export const shownEmoji = (emoji: string): string => BY_CODE.get(emoji.replace(/^:(.+):$/, '$1')) ?? emoji;

/** The same for every way to write the same emoji. */
export const emojiKey = (emoji: string): string => bare(shownEmoji(emoji));

export const emojiName = (emoji: string): string => BY_EMOJI.get(emojiKey(emoji)) ?? emoji;
