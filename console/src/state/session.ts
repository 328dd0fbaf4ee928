import { keepStored, readStored } from './storage.js';

const KEY = 'talk-token';
const storage = (): Storage => sessionStorage;

/** The token of this window; another window may be another agent's. */
export const readToken = (): string | undefined => readStored(storage, KEY);
export const keepToken = (token: string | undefined): void => keepStored(storage, KEY, token);
