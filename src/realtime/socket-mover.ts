import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io';
import { closePolitely } from './connection.js';
import { flushFrames } from './frame-writer.js';
import type { PacketsInWork } from './packets-in-work.js';

/** Milliseconds between two slices. */
const SLICE_EVERY = 50;

/** A socket, as far as it is moved. */
type Moving = Pick<Socket, 'conn'>;

/** Closes the sockets of a replica that stops, slice by slice, so that the others do not get all of them at once. */
export class SocketMover {
  private readonly moves: Promise<void>[] = [];

  constructor(
    private readonly openSockets: () => Iterable<Moving>,
    private readonly packets: PacketsInWork,
    /** Milliseconds that a peer has to take what was sent to it and to answer the close. */
    private readonly closeLimit: number,
  ) {}

  /**
   * Spreads the closing evenly over so many milliseconds, the oldest sockets first and at once. Those
   * that still come are closed as well; it ends when none is left and, by `closed`, none can come.
   */
  async run(overMs: number, closed: AbortSignal): Promise<void> {
    const begun = Date.now();
    for (;;) {
      const staying = [...this.openSockets()].filter((socket) => !this.packets.isLeaving(socket));
      if (staying.length === 0 && closed.aborted) break;
      const share = Math.min(1, (Date.now() - begun + SLICE_EVERY) / overMs);
      const due = Math.ceil((this.moves.length + staying.length) * share) - this.moves.length;
      for (const socket of staying.slice(0, Math.max(0, due))) this.moves.push(this.move(socket));
      await sleep(SLICE_EVERY);
    }
    await Promise.all(this.moves);
  }

  /** What it sent is answered first. Its client then connects again by itself, as after any loss. */
  private async move(socket: Moving): Promise<void> {
    await this.packets.leave(socket);
    flushFrames(socket.conn);
    await closePolitely(socket.conn, this.closeLimit);
  }
}
