import { Command, type Cluster, type Redis } from 'ioredis';
import type { RedisLimits } from '../../config/redis-settings.js';
import type { RedisTarget } from '../../config/redis-target.js';
import { connectTo, connectToCluster } from '../../redis/redis-client.js';
import type { ChannelListener, LaneListener, PubSub, TroubleListener } from './pub-sub.js';

/** Many enough that each master of a usual Cluster has some, few enough that a heartbeat on each costs little. */
const LANES = 16;

/** One slot of the Cluster. */
interface Lane {
  slot: number;
  /** Who served it when last asked, as `host:port`. */
  node: string | undefined;
  /** While its channels are being subscribed. */
  subscribing: Promise<unknown> | undefined;
}

const slotOf = (key: string): number => new Command('get', [key]).getSlot();

/**
 * Sharded publish/subscribe of a Cluster. Each lane is a slot by its hash tag, and is subscribed on the
 * master that serves the slot; when that changes, by a failover or a resharding, the lane moves there.
 */
export class ClusterPubSub implements PubSub {
  readonly lanes = Array.from({ length: LANES }, (_, lane) => `{${lane}}:`);
  private readonly cluster: Cluster;
  private readonly states: Lane[] = this.lanes.map((tag) => ({
    slot: slotOf(tag),
    node: undefined,
    subscribing: undefined,
  }));
  /** The connection for subscriptions to each master that a lane is on, by `host:port`. */
  private readonly subscribers = new Map<string, Redis>();
  private readonly messageListeners: ChannelListener[] = [];
  private readonly laneListeners: LaneListener[] = [];
  private readonly troubleListeners: TroubleListener[] = [];

  constructor(
    private readonly target: RedisTarget,
    private readonly limits: RedisLimits,
  ) {
    this.cluster = connectToCluster(target, limits);
    this.cluster.on('refresh', () => this.moveLanes());
    const tell = (error: Error & { lastNodeError?: Error }): void => {
      const { message } = error.lastNodeError ?? error;
      for (const listener of this.troubleListeners) listener(message);
    };
    this.cluster.on('error', tell);
    this.cluster.on('node error', tell);
  }

  publish(_lane: number, channel: string, text: string): Promise<unknown> {
    return this.cluster.spublish(channel, text);
  }

  async subscribe(lane: number, channels: string[]): Promise<unknown> {
    return this.subscriberOf(lane).ssubscribe(...channels);
  }

  async unsubscribe(lane: number, channels: string[]): Promise<unknown> {
    return this.subscriberOf(lane).sunsubscribe(...channels);
  }

  /** Asks who serves the lane now; where it is the same node, that may have dropped the subscriptions meanwhile. */
  mend(lane: number): void {
    const state = this.states[lane] as Lane;
    const { node } = state;
    this.cluster.refreshSlotsCache((error) => {
      if (error) return;
      this.moveLanes();
      // A node that hangs is not sent the same again and again.
      if (state.node === node && !state.subscribing) this.announce(state, lane);
    });
  }

  onMessage(listener: ChannelListener): void {
    this.messageListeners.push(listener);
  }

  onLane(listener: LaneListener): void {
    this.laneListeners.push(listener);
  }

  onTrouble(listener: TroubleListener): void {
    this.troubleListeners.push(listener);
  }

  close(): void {
    this.cluster.disconnect();
    for (const subscriber of this.subscribers.values()) subscriber.disconnect();
  }

  private subscriberOf(lane: number): Redis {
    const subscriber = this.subscribers.get(this.states[lane]?.node ?? '');
    if (!subscriber) throw new Error('no node of the Cluster serves this lane');
    return subscriber;
  }

  private moveLanes(): void {
    this.states.forEach((state, lane) => {
      const node = this.cluster.slots[state.slot]?.[0];
      if (node === undefined || node === state.node) return;
      state.node = node;
      if (this.subscribers.has(node)) this.announce(state, lane);
      else this.subscribers.set(node, this.connect(node));
    });
    for (const [node, subscriber] of this.subscribers) {
      if (this.states.some((state) => state.node === node)) continue;
      this.subscribers.delete(node);
      subscriber.disconnect();
    }
  }

  private connect(node: string): Redis {
    const colon = node.lastIndexOf(':');
    const subscriber = connectTo(this.target, this.limits, {
      host: node.slice(0, colon),
      port: Number(node.slice(colon + 1)),
      autoResubscribe: false,
      commandTimeout: undefined,
    });
    subscriber.on('ready', () => {
      this.states.forEach((state, lane) => {
        if (state.node === node) this.announce(state, lane);
      });
    });
    subscriber.on('smessage', (channel: string, text: string) => {
      for (const listener of this.messageListeners) listener(channel, text);
    });
    return subscriber;
  }

  /** One that is connecting yet tells of its lanes once it is ready. */
  private announce(state: Lane, lane: number): void {
    if (this.subscribers.get(state.node ?? '')?.status !== 'ready') return;
    const subscribing = Promise.all(this.laneListeners.map((listener) => listener(lane))).finally(() => {
      if (state.subscribing === subscribing) state.subscribing = undefined;
    });
    state.subscribing = subscribing;
  }
}
