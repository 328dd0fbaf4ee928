import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { RedisLimits } from '../../config/redis-settings.js';
import type { Envelope } from '../event.js';
import { tracePublish } from '../event-traces.js';
import { streamName, type StreamKey } from '../stream.js';
import { BusLane } from './bus-lane.js';
import { Bus, type BusState, type BusStateListener, type EnvelopeListener } from './bus.js';
import { decodeEnvelope, encodeEnvelope } from './envelope-codec.js';
import type { PubSub } from './pub-sub.js';

/** Milliseconds. */
const HEARTBEAT_EVERY = 200;

/** As ioredis puts it. */
const TIMED_OUT = 'Command timed out';

/** Enough of a stream's id to spread streams over the lanes. */
const ID_END = 4;

/** The bus over Redis publish/subscribe: one channel a stream. It is up while all its lanes are. */
export class RedisBus extends Bus implements OnApplicationShutdown {
  private readonly logger = new Logger('RedisBus');
  private readonly lanes: BusLane[];
  private readonly lanesByHeartbeat: Map<string, BusLane>;
  private readonly publishing = new Set<Promise<unknown>>();
  private readonly envelopeListeners: EnvelopeListener[] = [];
  private readonly stateListeners: BusStateListener[] = [];
  private readonly heartbeat: NodeJS.Timeout;
  private readonly toldTroubles = new Set<string>();
  private currentState: BusState = 'away';

  constructor(
    private readonly pubSub: PubSub,
    prefix: string,
    private readonly limits: RedisLimits,
  ) {
    super();
    const onTrouble = (error: unknown): void => this.noteRefusal(error);
    this.lanes = pubSub.lanes.map((tag, index) => new BusLane(pubSub, index, `${prefix}:${tag}`, onTrouble));
    this.lanesByHeartbeat = new Map(this.lanes.map((lane) => [lane.heartbeatChannel, lane]));
    pubSub.onLane((index) => this.lane(index).subscribeAll());
    pubSub.onMessage((channel, text) => this.receive(channel, text));
    pubSub.onTrouble((reason) => this.tellTrouble(reason));
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_EVERY);
  }

  get state(): BusState {
    return this.currentState;
  }

  publish(envelopes: Envelope[]): void {
    for (const envelope of envelopes) {
      const stream = { kind: envelope.kind, id: envelope.stream_id };
      const lane = this.laneOf(stream);
      if (!lane.isUp) continue;
      const span = tracePublish(envelope);
      const published: Promise<unknown> = lane
        .publish(lane.channel(streamName(stream)), encodeEnvelope(envelope, span?.traceparent))
        .catch(() => undefined)
        .finally(() => {
          span?.end();
          this.publishing.delete(published);
        });
      this.publishing.add(published);
    }
  }

  async subscribe(streams: StreamKey[]): Promise<void> {
    const confirmed = Promise.all(
      [...this.channelsByLane(streams)].map(([lane, channels]) => lane.subscribe(channels)),
    );
    if (this.currentState === 'away') return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.limits.subscribe)));
    await Promise.race([confirmed, limit]);
    clearTimeout(timer);
  }

  unsubscribe(streams: StreamKey[]): void {
    for (const [lane, channels] of this.channelsByLane(streams)) lane.unsubscribe(channels);
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
    this.pubSub.close();
  }

  private lane(index: number): BusLane {
    return this.lanes[index] as BusLane;
  }

  private laneOf({ id }: StreamKey): BusLane {
    if (this.lanes.length === 1) return this.lane(0);
    return this.lane(parseInt(id.slice(-ID_END), 16) % this.lanes.length);
  }

  private channelsByLane(streams: StreamKey[]): Map<BusLane, string[]> {
    const byLane = new Map<BusLane, string[]>();
    for (const stream of streams) {
      const lane = this.laneOf(stream);
      const channels = byLane.get(lane);
      if (channels) channels.push(lane.channel(streamName(stream)));
      else byLane.set(lane, [lane.channel(streamName(stream))]);
    }
    return byLane;
  }

  private receive(channel: string, text: string): void {
    const beating = this.lanesByHeartbeat.get(channel);
    if (beating) {
      beating.hear();
      return this.look();
    }
    const envelope = decodeEnvelope(text);
    if (!envelope) return;
    const stream = { kind: envelope.kind, id: envelope.stream_id };
    // What arrives on one stream's channel may not speak for another.
    if (this.laneOf(stream).channel(streamName(stream)) !== channel) return;
    for (const listener of this.envelopeListeners) listener(envelope);
  }

  private beat(): void {
    for (const lane of this.lanes) lane.beat();
    this.look();
  }

  /** Where one lane is away, what is published on it is lost, and only the tail checks know of it. */
  private look(): void {
    const state = this.lanes.every(({ isUp }) => isUp) ? 'up' : 'away';
    if (this.currentState === state) return;
    this.currentState = state;
    if (state === 'up') {
      this.toldTroubles.clear();
      this.logger.log('Redis is up');
    } else this.logger.warn('Redis is away; events go through PostgreSQL until it is back');
    for (const listener of this.stateListeners) listener(state);
  }

  /** What Redis itself says to a heartbeat or a subscription, unless that only follows from what is known. */
  private noteRefusal(error: unknown): void {
    if (this.toldTroubles.size > 0) return;
    if (error instanceof Error && error.name === 'ReplyError') this.tellTrouble(error.message);
  }

  /** Once each, however often it is tried; the numbers in it may differ from try to try. */
  private tellTrouble(reason: string): void {
    const kind = reason.replace(/\d+/g, '');
    // That it is slow, the heartbeats know; that nobody has logged in follows from a login that was refused.
    const isKnown = kind === TIMED_OUT || (kind.startsWith('NOAUTH') && this.toldTroubles.size > 0);
    if (isKnown || this.toldTroubles.has(kind)) return;
    this.toldTroubles.add(kind);
    this.logger.warn(`Redis cannot be used: ${reason}`);
  }
}
