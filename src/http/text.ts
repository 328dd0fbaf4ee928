/** What PostgreSQL and JSON cannot both hold: NUL, and halves of a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

export const hasUnstorable = (text: string): boolean => UNSTORABLE.test(text);

/** Length in Unicode code points. */
export const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** True for text that can be stored, of up to `max` code points. */
export const isStorableText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && !hasUnstorable(value) && (value.length <= max || codePoints(value) <= max);
