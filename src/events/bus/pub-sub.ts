/** Hears what came on a channel. */
export type ChannelListener = (channel: string, text: string) => void;

/** Subscribes all channels of a lane, of which nothing is subscribed, its connection being new; never throws. */
export type LaneListener = (lane: number) => Promise<void>;

/** Hears in words why Redis cannot be used. */
export type TroubleListener = (reason: string) => void;

/**
 * Publish/subscribe as one kind of Redis has it, in lanes: whatever travels on one of them shares its
 * fate, and another may be there while it is not.
 */
export interface PubSub {
  /** What stands in each lane's channel names, by which Redis keeps them together; empty where there is one lane. */
  readonly lanes: readonly string[];

  /** @throws Error where it did not get there in the time for a command */
  publish(lane: number, channel: string, text: string): Promise<unknown>;

  /** @throws Error where Redis refuses or the connection ends */
  subscribe(lane: number, channels: string[]): Promise<unknown>;

  /** @throws Error where Redis refuses or the connection ends */
  unsubscribe(lane: number, channels: string[]): Promise<unknown>;

  /** Told that nothing comes back on this lane, though it should. */
  mend(lane: number): void;

  onMessage(listener: ChannelListener): void;

  onLane(listener: LaneListener): void;

  onTrouble(listener: TroubleListener): void;

  close(): void;
}
