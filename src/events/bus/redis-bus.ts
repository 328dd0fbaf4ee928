import { randomUUID } from 'node:crypto';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { RedisLimits } from '../../config/redis-settings.js';
import type { Envelope } from '../event.js';
import { tracePublish } from '../event-traces.js';
import { streamName, type StreamKey } from '../stream.js';
import { Bus, type BusState, type BusStateListener, type EnvelopeListener } from './bus.js';
import { decodeEnvelope, encodeEnvelope } from './envelope-codec.js';
import { createRedis } from './redis-client.js';

/** Milliseconds. */
const HEARTBEAT_EVERY = 200;

const HEARTBEATS_MISSED_WHEN_AWAY = 2;
const CHANNELS_PER_COMMAND = 1_000;

/** The bus over Redis publish/subscribe: one channel a stream. */
export class RedisBus extends Bus implements OnApplicationShutdown {
  private readonly logger = new Logger('RedisBus');
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly publishing = new Set<Promise<unknown>>();
  private readonly channels = new Set<string>();
  private readonly envelopeListeners: EnvelopeListener[] = [];
  private readonly stateListeners: BusStateListener[] = [];
  private readonly heartbeatChannel: string;
  private readonly heartbeat: NodeJS.Timeout;
  private unansweredHeartbeats = 0;
  private currentState: BusState = 'away';

  constructor(
    url: string,
    private readonly prefix: string,
    private readonly limits: RedisLimits,
  ) {
    super();
    this.heartbeatChannel = `${prefix}:replica:${randomUUID()}`;
    this.publisher = createRedis(url, limits);
    // SUBSCRIBE has a limit of its own below; resubscribing is ours, since what is followed may change meanwhile.
    this.subscriber = createRedis(url, limits, { autoResubscribe: false, commandTimeout: undefined });
    // Its own channel last: hearing itself then proves that all the others are subscribed.
    this.subscriber.on('ready', () => void this.sendSubscribe([...this.channels, this.heartbeatChannel]));
    this.subscriber.on('message', (channel: string, text: string) => this.receive(channel, text));
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_EVERY);
  }

  get state(): BusState {
    return this.currentState;
  }

  publish(envelopes: Envelope[]): void {
    if (this.currentState === 'away') return;
    for (const envelope of envelopes) {
      const channel = this.channel({ kind: envelope.kind, id: envelope.stream_id });
      const span = tracePublish(envelope);
      const published: Promise<unknown> = this.publisher
        .publish(channel, encodeEnvelope(envelope, span?.traceparent))
        .catch(() => undefined)
        .finally(() => {
          span?.end();
          this.publishing.delete(published);
        });
      this.publishing.add(published);
    }
  }

  async subscribe(streams: StreamKey[]): Promise<void> {
    const channels = streams.map((stream) => this.channel(stream));
    for (const channel of channels) this.channels.add(channel);
    const confirmed = this.sendSubscribe(channels);
    if (this.currentState === 'away') return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.limits.subscribe)));
    await Promise.race([confirmed, limit]);
    clearTimeout(timer);
  }

  unsubscribe(streams: StreamKey[]): void {
    const channels = streams.map((stream) => this.channel(stream));
    for (const channel of channels) this.channels.delete(channel);
    if (channels.length > 0) this.subscriber.unsubscribe(...channels).catch(() => undefined);
  }

  onEnvelope(listener: EnvelopeListener): void {
    this.envelopeListeners.push(listener);
  }

  onState(listener: BusStateListener): void {
    this.stateListeners.push(listener);
  }

  /** What was committed is published first; no command takes over 100 ms. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.publishing);
    clearInterval(this.heartbeat);
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  private channel(stream: StreamKey): string {
    return `${this.prefix}:${streamName(stream)}`;
  }

  private async sendSubscribe(channels: string[]): Promise<void> {
    for (let start = 0; start < channels.length; start += CHANNELS_PER_COMMAND) {
      const batch = channels.slice(start, start + CHANNELS_PER_COMMAND);
      await this.subscriber.subscribe(...batch).catch(() => undefined);
    }
  }

  private receive(channel: string, text: string): void {
    if (channel === this.heartbeatChannel) {
      this.unansweredHeartbeats = 0;
      this.become('up');
      return;
    }
    const envelope = decodeEnvelope(text);
    // What arrives on one stream's channel may not speak for another.
    if (!envelope || this.channel({ kind: envelope.kind, id: envelope.stream_id }) !== channel) return;
    for (const listener of this.envelopeListeners) listener(envelope);
  }

  /** Hearing oneself is the only proof: a frozen Redis leaves its client `ready`. */
  private beat(): void {
    if (this.unansweredHeartbeats >= HEARTBEATS_MISSED_WHEN_AWAY) this.become('away');
    this.unansweredHeartbeats += 1;
    this.publisher.publish(this.heartbeatChannel, '').catch(() => undefined);
  }

  private become(state: BusState): void {
    if (this.currentState === state) return;
    this.currentState = state;
    if (state === 'up') this.logger.log('Redis is up');
    else this.logger.warn('Redis is away; events go through PostgreSQL until it is back');
    for (const listener of this.stateListeners) listener(state);
  }
}
