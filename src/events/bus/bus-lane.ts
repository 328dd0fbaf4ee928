import { randomUUID } from 'node:crypto';
import type { PubSub } from './pub-sub.js';

const HEARTBEATS_MISSED_WHEN_AWAY = 2;
/** Missed in a row before the lane is looked after; and from one time to the next. */
const HEARTBEATS_MISSED_WHEN_MENDED = 5;
const CHANNELS_PER_COMMAND = 1_000;

/** One lane of the bus: what is subscribed on it, and whether it carries anything, known by a heartbeat to itself. */
export class BusLane {
  private readonly channels = new Set<string>();
  readonly heartbeatChannel: string;
  private unansweredHeartbeats = 0;
  private up = false;

  /** `start`: what the names of this lane's channels start with. */
  constructor(
    private readonly pubSub: PubSub,
    private readonly index: number,
    private readonly start: string,
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.heartbeatChannel = `${start}replica:${randomUUID()}`;
  }

  get isUp(): boolean {
    return this.up;
  }

  channel(name: string): string {
    return this.start + name;
  }

  publish(channel: string, text: string): Promise<unknown> {
    return this.pubSub.publish(this.index, channel, text);
  }

  async subscribe(channels: string[]): Promise<void> {
    for (const channel of channels) this.channels.add(channel);
    await this.send(channels);
  }

  unsubscribe(channels: string[]): void {
    for (const channel of channels) this.channels.delete(channel);
    this.pubSub.unsubscribe(this.index, channels).catch(() => undefined);
  }

  /** Its own channel last: hearing itself then proves that all the others are subscribed. */
  subscribeAll(): Promise<void> {
    return this.send([...this.channels, this.heartbeatChannel]);
  }

  /** Its own heartbeat has come back. */
  hear(): void {
    this.unansweredHeartbeats = 0;
    this.up = true;
  }

  /** Hearing oneself is the only proof: a frozen Redis leaves its client `ready`. */
  beat(): void {
    if (this.unansweredHeartbeats >= HEARTBEATS_MISSED_WHEN_AWAY) this.up = false;
    this.unansweredHeartbeats += 1;
    if (this.unansweredHeartbeats % HEARTBEATS_MISSED_WHEN_MENDED === 0) this.pubSub.mend(this.index);
    this.publish(this.heartbeatChannel, '').catch(this.onTrouble);
  }

  private async send(channels: string[]): Promise<void> {
    for (let start = 0; start < channels.length; start += CHANNELS_PER_COMMAND) {
      const batch = channels.slice(start, start + CHANNELS_PER_COMMAND);
      await this.pubSub.subscribe(this.index, batch).catch(this.onTrouble);
    }
  }
}
