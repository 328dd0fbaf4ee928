const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;

/** Every header of an answer that the documents tell of. */
export const HEADERS = {
  'X-Request-Id': { description: "The caller's own where it was a sound one, else a new one.", schema: TEXT },
  'WWW-Authenticate': { description: 'How to say who is calling.', schema: TEXT },
  'Retry-After': { description: 'Seconds until it is worth trying again.', schema: COUNT },
  'RateLimit-Limit': { description: 'How many writes may come at once.', schema: COUNT },
  'RateLimit-Remaining': { description: 'How many of these are left.', schema: COUNT },
  'RateLimit-Reset': { description: 'Seconds until all of them are there again.', schema: COUNT },
};

type HeaderName = keyof typeof HEADERS;

const ALLOWANCE: HeaderName[] = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

const BY_STATUS: Record<number, HeaderName[]> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', ...ALLOWANCE],
  503: ['Retry-After'],
};

/** The headers of an answer of this status. */
export function headersOf(status: number): Record<string, { $ref: string }> {
  const names: HeaderName[] = ['X-Request-Id', ...(BY_STATUS[status] ?? [])];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
