import { createHmac, randomUUID } from 'node:crypto';
import { JWT_SECRET } from './api.js';

const SIGNED = { alg: 'HS256', typ: 'JWT' };
const now = Math.floor(Date.now() / 1000);
const claims = { sub: randomUUID(), customer_id: randomUUID(), exp: now + 3600 };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs anything at all. */
function forge(payload: unknown, header: object = SIGNED, secret = JWT_SECRET): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Tokens that let nobody in, by what is wrong with them. */
export const BAD_TOKENS: Record<string, string> = {
  garbage: 'garbage',
  'three dots': '...',
  'parts that are no JSON': 'a.b.c',
  'no signature': `${encode(SIGNED)}.${encode(claims)}.`,
  'the algorithm none': `${encode({ alg: 'none' })}.${encode(claims)}.`,
  'the algorithm none, signed': forge(claims, { alg: 'none' }),
  'the algorithm RS256 over the secret': forge(claims, { alg: 'RS256' }),
  'the algorithm HS512': forge(claims, { alg: 'HS512' }),
  'no algorithm': forge(claims, {}),
  'a critical header that nobody knows': forge(claims, { ...SIGNED, crit: ['b64'], b64: false }),
  'another secret': forge(claims, SIGNED, 'another secret, of over 32 bytes too'),
  'claims changed after signing': forge(claims).replace(
    /\.[^.]+\./,
    `.${encode({ ...claims, role: 'admin' })}.`,
  ),
  'claims that are an array': forge([claims]),
  'claims that are null': forge(null),
  'an end in the past': forge({ ...claims, exp: now - 60 }),
  'no end': forge({ ...claims, exp: undefined }),
  'an end that is text': forge({ ...claims, exp: `${now + 3600}` }),
  'a start in the future': forge({ ...claims, nbf: now + 3600 }),
  'no sub': forge({ ...claims, sub: undefined }),
  'a sub that is no UUID': forge({ ...claims, sub: 'agent-a' }),
  'a sub that is a number': forge({ ...claims, sub: 1 }),
  'no customer_id': forge({ ...claims, customer_id: undefined }),
  'a customer_id that is no UUID': forge({ ...claims, customer_id: 'acme' }),
  'a customer_id that is an array': forge({ ...claims, customer_id: [claims.customer_id] }),
  'an unknown role': forge({ ...claims, role: 'root' }),
  'a role that is an array': forge({ ...claims, role: ['admin'] }),
  'a name with NUL': forge({ ...claims, name: 'An\0n' }),
  'a name with half a surrogate pair': forge({ ...claims, name: 'An\ud800n' }),
  'a name that is an object': forge({ ...claims, name: { first: 'Agent' } }),
};
