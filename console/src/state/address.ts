/** Where Talk is: the page lies at `console/` below it, wherever a proxy has put that. */
export const TALK_URL = new URL('..', location.href.split(/[?#]/)[0]).href.replace(/\/v1\.0\/$/, '/');
