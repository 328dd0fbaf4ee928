import { createHash, randomBytes } from 'node:crypto';

/** Tells an access key from a JWT at first sight. */
const PREFIX = 'talk_';
const SHOWN = PREFIX.length + 6;

export const createAccessKeyToken = (): string => PREFIX + randomBytes(32).toString('base64url');

export const isAccessKeyToken = (token: string): boolean => token.startsWith(PREFIX);

/** Whether it could have been made here; what could not is not looked up. */
export const isSoundAccessKeyToken = (token: string): boolean => /^talk_[\w-]{43}$/.test(token);

export const hashAccessKeyToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const shownPrefix = (token: string): string => token.slice(0, SHOWN);
