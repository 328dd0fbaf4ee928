import { Logger } from '@nestjs/common';
import { toWireEvent } from '../events/event.js';
import { hasHeldPackets } from './backlog.js';
import type { FollowerSink } from './follower.js';
import type { AgentSocket } from './sockets.js';

const logger = new Logger('SocketSink');

/** A session's way to its socket; `onFlushed` hears of every page of a replay that has gone out. */
export function socketSink(socket: AgentSocket, onFlushed: () => void): FollowerSink {
  return {
    emit(envelope) {
      try {
        socket.emit(envelope.type, toWireEvent(envelope));
      } catch (error) {
        const { kind, stream_id, seq } = envelope;
        logger.error({ kind, stream_id, seq, err: error }, 'event could not be emitted');
      }
    },
    flushed: () => drained(socket).then(onFlushed),
    abort: () => void socket.conn.close(true),
  };
}

/** Resolves when nothing waits in Engine.IO for the socket to read it, or it is gone. */
function drained({ conn }: AgentSocket): Promise<void> {
  if (conn.readyState !== 'open' || !hasHeldPackets(conn)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      conn.off('drain', done);
      conn.off('close', done);
      resolve();
    };
    conn.on('drain', done);
    conn.on('close', done);
  });
}
