import type { Socket } from 'node:net';

/** Connections let in at each turn of the event loop. */
const EACH_TURN = 5;

const ignore = (): void => undefined;

/**
 * Lets connections in a few at a time. When thousands come at once, all else that this process does
 * gets its turn in between; let in together, each later step of theirs would keep it busy for seconds.
 */
export class Pace {
  private readonly waiting: (() => void)[] = [];

  /** Lets a connection in when its turn comes, unless it is gone by then. */
  wait(socket: Socket, letIn: () => void): void {
    // Nobody else listens while it waits, and unheard, the error of a client that is gone would end the process.
    socket.on('error', ignore);
    this.waiting.push(() => {
      socket.off('error', ignore);
      if (!socket.destroyed) letIn();
    });
    if (this.waiting.length === 1) setImmediate(() => this.letSomeIn());
  }

  private letSomeIn(): void {
    for (const letIn of this.waiting.splice(0, EACH_TURN)) letIn();
    if (this.waiting.length > 0) setImmediate(() => this.letSomeIn());
  }
}
