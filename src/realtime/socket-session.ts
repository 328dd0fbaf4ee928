import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { isMembershipChange, membershipChange, type Envelope } from '../events/event.js';
import { EventLog, type StreamPosition } from '../events/event-log.js';
import { chatStream, type StreamKey } from '../events/stream.js';
import type { Feed } from './feed.js';
import { Feeds } from './feeds.js';
import { Follower, type FollowerSink } from './follower.js';
import { StreamAccess, type AccessSnapshot, type SocketOwner } from './ports.js';
import { planResume, withoutLost, type ResumePlan } from './resume-plan.js';
import { Serial } from './serial.js';
import type { SubscribePacket } from './subscribe-packet.js';

/** Milliseconds between two tries to follow a talk while PostgreSQL does not answer. */
const RETRY_EVERY = 500;

/** What a client learns once its replay is out. */
export interface SubscribeResult {
  epoch: string;
  /** Every talk that the socket follows, at the last event it was sent (or joined at). */
  positions: Record<string, number>;
  resync: string[];
  left: string[];
}

/** A socket, as far as a session needs it. */
export interface SocketSink extends FollowerSink {
  /** Ends the connection; the client resumes where it stopped. */
  abort(): void;
}

/** What every session of this replica shares. */
@Injectable()
export class SessionContext {
  constructor(
    readonly feeds: Feeds,
    readonly log: EventLog,
    readonly access: StreamAccess,
  ) {}
}

/**
 * One socket's subscriptions. Its packets and its agent's own events are handled one at a time, so
 * that what it follows changes in one order.
 */
export class SocketSession {
  private readonly followers = new Map<string, Follower>();
  private readonly serial = new Serial();
  private readonly inbox: Envelope[] = [];
  private own: Follower | undefined;
  private followsAll = false;
  private closed = false;

  constructor(
    private readonly owner: SocketOwner,
    private readonly sink: SocketSink,
    private readonly context: SessionContext,
  ) {}

  /** Follows what the packet asks for; resolves when all that was missing has been sent. */
  subscribe(packet: SubscribePacket): Promise<SubscribeResult> {
    return this.serial.run(async () => {
      const snapshot = await this.context.access.snapshot(this.owner);
      await this.requireAccess(packet, snapshot);
      await this.followOwn(snapshot.own);
      const plan = await this.plan(packet, snapshot);
      await this.follow(plan.follow, snapshot);
      if (!packet.chatIds) this.followsAll = true;
      const positions = Object.fromEntries([...this.followers].map(([id, follower]) => [id, follower.at]));
      return { epoch: snapshot.epoch, positions, resync: plan.resync, left: plan.left };
    });
  }

  /** Stops following these talks; without `chatIds` all of them, those to come included. */
  unsubscribe(chatIds: string[] | undefined): Promise<void> {
    return this.serial.run(() => {
      for (const id of chatIds ?? [...this.followers.keys()]) this.followers.get(id)?.stop();
      if (!chatIds) this.followNothing();
      return Promise.resolve();
    });
  }

  close(): void {
    this.closed = true;
    this.own?.stop();
    for (const follower of [...this.followers.values()]) follower.stop();
  }

  private followNothing(): void {
    this.followsAll = false;
    this.own?.stop();
    this.own = undefined;
    this.inbox.length = 0;
  }

  /** Comes first: of a packet that is refused nothing may take effect. */
  private async requireAccess(
    { chatIds = [], after }: SubscribePacket,
    snapshot: AccessSnapshot,
  ): Promise<void> {
    const followable = new Set(snapshot.followable.map(({ stream }) => stream.id));
    const refused = chatIds.find((id) => !followable.has(id) && !after.has(id));
    if (refused !== undefined) throw await this.context.access.refusal(this.owner, chatStream(refused));
  }

  private async plan(packet: SubscribePacket, snapshot: AccessSnapshot): Promise<ResumePlan> {
    const plan = planResume(packet, snapshot, (id) => this.followers.has(id));
    return withoutLost(plan, await this.context.log.withLostGap(plan.replay), snapshot);
  }

  private async follow(positions: StreamPosition[], { followable }: AccessSnapshot): Promise<void> {
    const heads = new Map(followable.map(({ stream, seq }) => [stream.id, seq]));
    const feeds = await this.context.feeds.hold(positions.map(({ stream }) => stream));
    const added = feeds.map((feed, index) => {
      const position = positions[index]?.seq ?? 0;
      return this.addFollower(feed, position, heads.get(feed.stream.id) ?? position);
    });
    try {
      // One after the other: a page of each talk at once would be more than may wait for one reader.
      for (const follower of added) await follower.catchUp();
    } catch (error) {
      for (const follower of added) follower.stop();
      throw error;
    }
  }

  /** Follows the agent's own stream from this head; where it does already, first handles all that came before. */
  private async followOwn(head: StreamPosition): Promise<void> {
    if (!this.own) {
      const [feed] = await this.context.feeds.hold([head.stream]);
      if (feed)
        this.own = this.createFollower(feed, head.seq, head.seq, { emit: (event) => this.receiveOwn(event) });
    }
    await this.own?.catchUp(head.seq);
    await this.handleInbox(head.seq);
  }

  private receiveOwn(event: Envelope): void {
    this.inbox.push(event);
    void this.serial.run(() => this.handleInbox(Infinity));
  }

  private async handleInbox(upTo: number): Promise<void> {
    for (let next = this.inbox[0]; next && next.seq <= upTo; next = this.inbox[0]) {
      this.inbox.shift();
      if (isMembershipChange(next)) await this.changeMembership(next);
    }
  }

  private async changeMembership(event: Parameters<typeof membershipChange>[0]): Promise<void> {
    const { stream, seq, joined } = membershipChange(event);
    if (joined) {
      this.sink.emit(event);
      if (this.followsAll && !this.followers.has(stream.id)) await this.followFrom(stream, seq);
    } else {
      // The talk's last events go first; among them is the `participant_left` that stops the follower.
      const follower = this.followers.get(stream.id);
      if (follower) await this.persist(() => follower.catchUp(seq));
      this.sink.emit(event);
    }
  }

  private async followFrom(stream: StreamKey, seq: number): Promise<void> {
    let follower: Follower | undefined;
    await this.persist(async () => {
      if (!follower) {
        const [feed] = await this.context.feeds.hold([stream]);
        if (feed) follower = this.addFollower(feed, seq, seq);
      }
      await follower?.catchUp();
    });
  }

  /** Nobody waits for an answer here, so where PostgreSQL is away the step is tried until it is back. */
  private async persist(step: () => Promise<void>): Promise<void> {
    while (!this.closed) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof DomainError)) return this.sink.abort();
        await sleep(RETRY_EVERY);
      }
    }
  }

  private addFollower(feed: Feed, position: number, memberSince: number): Follower {
    const { id } = feed.stream;
    const follower = this.createFollower(feed, position, memberSince, this.sink, () =>
      this.followers.delete(id),
    );
    if (!this.closed) this.followers.set(id, follower);
    return follower;
  }

  private createFollower(
    feed: Feed,
    position: number,
    memberSince: number,
    sink: FollowerSink,
    forget: () => void = () => undefined,
  ): Follower {
    const { feeds } = this.context;
    const follower = new Follower(
      { feed, position, memberSince, sink, agentId: this.owner.agentId },
      feeds.readPage,
      () => {
        forget();
        feeds.release(feed);
      },
    );
    if (this.closed) follower.stop();
    return follower;
  }
}
