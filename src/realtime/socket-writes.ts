import { Injectable } from '@nestjs/common';
import { planOf } from '../http/validation/validation-plan.js';
import { Limits } from '../limits/limits.js';
import { Packets, type PacketHandler } from './packets.js';
import type { Serial } from './serial.js';
import type { AgentSocket } from './sockets.js';

/** Runs one packet, unless it is overdue when its turn comes. */
type SocketWrite = (payload: unknown, overdue: AbortSignal) => Promise<object>;

/** Runs the packets that write: the same validation, limits and services as REST. */
@Injectable()
export class SocketWrites {
  constructor(
    private readonly packets: Packets,
    private readonly limits: Limits,
  ) {}

  /**
   * Counts one write of the socket's agent.
   * @throws RateLimited
   */
  async count(socket: AgentSocket): Promise<void> {
    await this.limits.takeWrite(socket.data.owner.agentId);
  }

  /** By the name of a packet, what runs it, in its turn among the socket's others that write. */
  find(name: string, socket: AgentSocket, writing: Serial): SocketWrite | undefined {
    const handler = this.packets.find(name);
    if (!handler) return undefined;
    return (payload, overdue) =>
      writing.run(async () => {
        // Its client has been told to try again, so it may not come late as well.
        overdue.throwIfAborted();
        return this.write(socket, handler, payload);
      });
  }

  private async write(
    socket: AgentSocket,
    handler: PacketHandler<object>,
    payload: unknown,
  ): Promise<object> {
    await this.count(socket);
    const body = planOf(handler.shape).take(payload === undefined ? {} : payload, 'body');
    return { data: await handler.handle(body, socket.data.owner) };
  }
}
