/** A TCP port that nobody uses just now, and that no outgoing connection is given. */
export function freePort(): Promise<number>;
