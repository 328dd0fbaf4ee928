import type { Redis } from 'ioredis';
import type { RedisLimits } from '../../config/redis-settings.js';
import type { RedisTarget } from '../../config/redis-target.js';
import { connectTo } from '../../redis/redis-client.js';
import type { ChannelListener, LaneListener, PubSub, TroubleListener } from './pub-sub.js';

/** Publish/subscribe of one server, be it alone or the master that the Sentinels name: one lane. */
export class SinglePubSub implements PubSub {
  readonly lanes = [''];
  private readonly publisher: Redis;
  private readonly subscriber: Redis;

  constructor(target: RedisTarget, limits: RedisLimits) {
    this.publisher = connectTo(target, limits);
    // What is followed may change while Redis is away, so resubscribing is the bus's own; so is the time limit.
    this.subscriber = connectTo(target, limits, { autoResubscribe: false, commandTimeout: undefined });
  }

  publish(_lane: number, channel: string, text: string): Promise<unknown> {
    return this.publisher.publish(channel, text);
  }

  subscribe(_lane: number, channels: string[]): Promise<unknown> {
    return this.subscriber.subscribe(...channels);
  }

  unsubscribe(_lane: number, channels: string[]): Promise<unknown> {
    return this.subscriber.unsubscribe(...channels);
  }

  /** A connection that ends is replaced by itself, and there is nowhere else to go. */
  mend(): void {}

  onMessage(listener: ChannelListener): void {
    this.subscriber.on('message', listener);
  }

  onLane(listener: LaneListener): void {
    this.subscriber.on('ready', () => void listener(0));
  }

  onTrouble(listener: TroubleListener): void {
    this.publisher.on('error', ({ message }) => listener(message));
  }

  close(): void {
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }
}
