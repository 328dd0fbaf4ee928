import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Revocations, type RevocationListener } from '../auth/revocations.js';
import type { Envelope, Revocation } from '../events/event.js';
import { DIRECTORY_STREAM } from '../events/stream.js';
import type { Feed, FeedListener } from './feed.js';
import { Feeds } from './feeds.js';
import { Sockets } from './sockets.js';

/** Milliseconds between two tries to follow the directory while PostgreSQL does not answer. */
const RETRY_EVERY = 500;

/** Milliseconds after which what is known of anybody counts as old where the directory could not be read. */
const CURRENT_FOR = 1_000;

/** Follows the directory, and closes the sockets of whoever has to show again who it is. */
@Injectable()
export class DirectoryWatch
  extends Revocations
  implements FeedListener, OnApplicationBootstrap, OnApplicationShutdown
{
  private readonly listeners: RevocationListener[] = [];
  private feed: Feed | undefined;
  private confirmedAt = -Infinity;
  private heardSoFar = 0;
  private stopped = false;

  constructor(
    private readonly feeds: Feeds,
    private readonly sockets: Sockets,
  ) {
    super();
  }

  get heard(): number {
    return this.heardSoFar;
  }

  get isCurrent(): boolean {
    return performance.now() - this.confirmedAt < CURRENT_FOR;
  }

  listen(listener: RevocationListener): void {
    this.listeners.push(listener);
  }

  /** All that PostgreSQL held at this moment (of `performance.now()`) of the directory's feed has been heard. */
  confirm(feed: Feed, moment: number): void {
    if (feed === this.feed) this.confirmedAt = moment;
  }

  onApplicationBootstrap(): void {
    void this.follow();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
  }

  deliver({ payload }: Envelope): void {
    const revocation = payload as Revocation;
    this.tell(revocation);
    const { agent_id, access_key_id } = revocation;
    this.sockets.closeThose(
      (principal) =>
        (agent_id !== undefined && principal.agentId === agent_id) ||
        (access_key_id !== undefined && principal.accessKeyId === access_key_id),
      'revoked',
    );
  }

  /** Who was meant by what was deleted is unknown, so everybody shows again who they are. */
  lose(): void {
    this.sockets.closeAll('lost_events');
    void this.follow();
  }

  /** After a reset of the feeds too: what happened meanwhile is unknown, but all sockets were closed. */
  async follow(): Promise<void> {
    this.feed = undefined;
    this.confirmedAt = -Infinity;
    this.tell(undefined);
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

  private tell(revocation: Revocation | undefined): void {
    this.heardSoFar += 1;
    for (const listener of this.listeners) listener(revocation);
  }
}
