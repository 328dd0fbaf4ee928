import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Envelope, Revocation } from '../events/event.js';
import { DIRECTORY_STREAM } from '../events/stream.js';
import type { Feed, FeedListener } from './feed.js';
import { Feeds } from './feeds.js';
import { Sockets } from './sockets.js';

/** Milliseconds between two tries to follow the directory while PostgreSQL does not answer. */
const RETRY_EVERY = 500;

/** Follows the directory, and closes the sockets of whoever has to show again who it is. */
@Injectable()
export class Revocations implements FeedListener, OnApplicationBootstrap, OnApplicationShutdown {
  private feed: Feed | undefined;
  private stopped = false;

  constructor(
    private readonly feeds: Feeds,
    private readonly sockets: Sockets,
  ) {}

  /** How far the directory has been heard; what was known of anybody before may have changed since. */
  get heard(): number {
    return this.feed?.applied ?? 0;
  }

  onApplicationBootstrap(): void {
    void this.follow();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
  }

  deliver({ payload }: Envelope): void {
    const { agent_id, access_key_id } = payload as Revocation;
    this.sockets.closeThose(
      (owner) =>
        (agent_id !== undefined && owner.agentId === agent_id) ||
        (access_key_id !== undefined && owner.accessKeyId === access_key_id),
    );
  }

  /** Who was meant by what was deleted is unknown, so everybody shows again who they are. */
  lose(): void {
    this.sockets.closeAll();
    void this.follow();
  }

  /** After a reset of the feeds too: what happened meanwhile is unknown, but all sockets were closed. */
  async follow(): Promise<void> {
    while (!this.stopped) {
      try {
        const [feed] = await this.feeds.hold([DIRECTORY_STREAM]);
        feed?.listen(this);
        this.feed = feed;
        return;
      } catch {
        await sleep(RETRY_EVERY);
      }
    }
  }
}
