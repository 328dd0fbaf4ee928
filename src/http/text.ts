/** False for what PostgreSQL and JSON cannot both hold: NUL, and halves of a surrogate pair. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Length in Unicode code points. */
const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** True for text that can be stored, of `min` to `max` code points. */
export function isStorableText(value: unknown, max: number, min = 0): value is string {
  if (typeof value !== 'string' || !isStorable(value)) return false;
  // A code point takes one or two units, so most texts need no counting.
  const { length } = value;
  if (length <= max && length >= 2 * min) return true;
  const count = codePoints(value);
  return count >= min && count <= max;
}
