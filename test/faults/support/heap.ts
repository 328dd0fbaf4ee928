import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Replica } from '../../support/replica.js';

/** Settings of a replica whose heap can be looked at. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Looks into the heap of a replica that was started with `INSPECTED`. */
export class Heap {
  private lastId = 0;

  private constructor(private readonly debuggerSocket: WebSocket) {}

  static async of(replica: Replica): Promise<Heap> {
    const address = /Debugger listening on (\S+)/.exec(replica.output())?.[1];
    if (!address) throw new Error('the replica has no debugger');
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await once(socket, 'open');
    return new Heap(socket);
  }

  /** Bytes in use once all garbage is collected. */
  async usedBytes(): Promise<number> {
    await this.collectGarbage();
    const { usedSize } = (await this.call('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  }

  async collectGarbage(): Promise<void> {
    await this.call('HeapProfiler.collectGarbage');
  }

  close(): void {
    this.debuggerSocket.close();
  }

  private call(method: string): Promise<unknown> {
    const id = (this.lastId += 1);
    return new Promise((resolve) => {
      const read = (frame: Buffer): void => {
        const answer = JSON.parse(frame.toString()) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        this.debuggerSocket.off('message', read);
        resolve(answer.result);
      };
      this.debuggerSocket.on('message', read);
      this.debuggerSocket.send(JSON.stringify({ id, method }));
    });
  }
}
