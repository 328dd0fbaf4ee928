import { Logger } from '@nestjs/common';
import type { Envelope } from '../events/event.js';
import type { AckLimit } from './ack-limit.js';
import { drained, evict, type Connection } from './connection.js';
import { frameOf } from './event-frame.js';
import { flushFrames, writeFrame } from './frame-writer.js';
import type { FollowerSink } from './follower.js';

const logger = new Logger('SocketSink');

/** A session's way to its socket. */
export class SocketSink implements FollowerSink {
  /** @param limit has the packets that wait for a replay: every page of it that has gone out prolongs their time */
  constructor(
    private readonly conn: Connection,
    private readonly limit: AckLimit,
  ) {}

  emit(envelope: Envelope): void {
    try {
      writeFrame(this.conn, frameOf(envelope));
    } catch (error) {
      const { kind, stream_id, seq } = envelope;
      logger.error({ kind, stream_id, seq, err: error }, 'event could not be emitted');
    }
  }

  async flushed(): Promise<void> {
    flushFrames(this.conn);
    await drained(this.conn);
    this.limit.progress(this.conn);
  }

  abort(): void {
    evict(this.conn, 'lost_events');
  }
}
