import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** Milliseconds that a connection has to say who it is. */
const HANDSHAKE_LIMIT = 5_000;

/**
 * Ends a connection that names nobody in its time. How long the check of a name takes does not count:
 * when thousands come at once, ending those who wait would only have them all come again.
 */
export function awaitName(connection: Connection): void {
  const close = (): void => connection.close(true);
  // What has come in by now, but could not be read while others kept this process busy, is read first.
  const timer = setTimeout(() => setImmediate(() => !named && close()), HANDSHAKE_LIMIT);
  let named = false;
  connection.once('message', () => {
    named = true;
    clearTimeout(timer);
  });
  connection.once('close', () => clearTimeout(timer));
}
