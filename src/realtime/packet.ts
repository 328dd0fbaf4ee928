import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Problem } from '../http/problem.js';
import type { Deadline } from './ack-limit.js';

/** What a packet is acked with. */
export type Answer = ({ ok: true } & object) | { ok: false; error: Problem };

/** What the ack of a packet holds that has changed a resource, beside `ok`. */
export interface Changed<Resource> {
  data: Resource;
}

/** The last argument of a handler: what Talk knows of a packet beside its payload. */
export interface PacketCall {
  requestId: string;
  deadline: Deadline;
}

/**
 * A gateway's method with its guards, pipes and filters around it. Resolves with what the ack holds beside
 * `ok`, unless a filter has given the answer.
 */
export type PacketHandler = (
  payload: unknown,
  answer: (answer: Answer) => void,
  call: PacketCall,
) => Promise<object | void>;

/** By the name of the packet. */
export type PacketHandlers = Map<string, PacketHandler>;

/** The arguments of a handler, behind the socket that Nest puts first. */
export type PacketArguments = [socket: unknown, ...Parameters<PacketHandler>];

/** The signal that the client has been told that its answer takes too long. */
export const Overdue = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const [, , , { deadline }] = context.getArgs<PacketArguments>();
  return deadline.signal;
});
