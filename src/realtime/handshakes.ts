import { evict, type Connection } from './connection.js';

/**
 * Ends connections that name nobody in their time. How long the check of a name takes does not count:
 * when thousands come at once, ending those who wait would only have them all come again.
 */
export class Handshakes {
  /** Whose name is being checked, or was found good. */
  private readonly named = new WeakSet<Connection>();

  /** `limit`: milliseconds that a connection has to say who it is. */
  constructor(private readonly limit: number) {}

  /** From here on the connection has its time. */
  readonly await = (connection: Connection): void => {
    const endNameless = (): void => {
      if (!this.named.has(connection)) evict(connection, 'unnamed');
    };
    const stop = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      connection.off('close', stop);
      // What has come in by now, but could not be read while others kept this process busy, is read first.
      setImmediate(endNameless);
    }, this.limit);
    connection.once('close', stop);
  };

  /** The outcome of the check; one that was refused has its time anew, to hear of it and to try another name. */
  async check(connection: Connection, outcome: Promise<void>): Promise<void> {
    this.named.add(connection);
    try {
      await outcome;
    } catch (error) {
      this.named.delete(connection);
      this.await(connection);
      throw error;
    }
  }
}
