import { Logger } from '@nestjs/common';
import { deliveries } from '../ops/metrics.js';
import { drained, evict } from './connection.js';
import { frameOf } from './event-frame.js';
import { flushFrames, writeFrame } from './frame-writer.js';
import type { FollowerSink } from './follower.js';
import type { AgentSocket } from './sockets.js';

const logger = new Logger('SocketSink');

/** A session's way to its socket; `onFlushed` hears of every page of a replay that has gone out. */
export function socketSink({ conn }: AgentSocket, onFlushed: () => void): FollowerSink {
  return {
    emit(envelope) {
      try {
        writeFrame(conn, frameOf(envelope));
        deliveries.add();
      } catch (error) {
        const { kind, stream_id, seq } = envelope;
        logger.error({ kind, stream_id, seq, err: error }, 'event could not be emitted');
      }
    },
    async flushed() {
      flushFrames(conn);
      await drained(conn);
      onFlushed();
    },
    abort: () => evict(conn, 'lost_events'),
  };
}
