/** What the package gives; inside it every file names the file it needs. */
export { TalkClient, type TalkClientOptions } from './talk-client.js';
export type { TalkView } from './talk-view.js';
export type { TalkListView } from './talk-list-view.js';
export { TalkError, type TalkErrorCode } from './talk-error.js';
export type { Backoff } from './backoff.js';
export type { TokenSource } from './tokens.js';
export type * from './types.js';
