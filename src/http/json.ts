const texts = new WeakMap<object, string>();

/**
 * The JSON of a resource, made once: it is stored, published, pushed and answered with. From then on
 * the resource must not change.
 */
export function jsonOnce(resource: object): string {
  const known = texts.get(resource);
  if (known !== undefined) return known;
  const text = JSON.stringify(resource);
  texts.set(resource, text);
  return text;
}

/** The JSON of anything; that of a resource is not made again. */
export const jsonOf = (value: unknown): string =>
  (typeof value === 'object' && value !== null ? texts.get(value) : undefined) ?? JSON.stringify(value);
