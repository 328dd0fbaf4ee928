import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { DomainError } from '../errors/domain-error.js';
import { isMembershipChange, membershipChange, type Envelope } from '../events/event.js';
import type { StreamPosition } from '../events/event-log.js';
import { chatStream } from '../events/stream.js';
import { StreamReads } from '../events/stream-reads.js';
import { resumes, resyncs } from '../ops/metrics.js';
import { Feeds } from './feeds.js';
import { FollowerSet, type FollowStart } from './follower-set.js';
import type { Follower, FollowerSink } from './follower.js';
import { LostGap } from './lost-gap.js';
import { StreamAccess, type AccessSnapshot } from './ports.js';
import { planResume, withoutLost, type ResumePlan } from './resume-plan.js';
import { Serial } from './serial.js';
import type { SubscribePacket, SubscribeResult } from './subscribe.dto.js';

/** Milliseconds between two tries to follow a talk while PostgreSQL does not answer. */
const RETRY_EVERY = 500;

/** What every session of this replica shares. */
@Injectable()
export class SessionContext {
  constructor(
    readonly feeds: Feeds,
    readonly reads: StreamReads,
    readonly access: StreamAccess,
  ) {}
}

/**
 * One socket's subscriptions. Its packets and its agent's own events are handled one at a time, so
 * that what it follows changes in one order.
 */
export class SocketSession {
  private readonly serial = new Serial();
  /** Of the talks; what they pass on goes to the client. */
  private readonly talks: FollowerSet;
  /** Of the agent's own stream; what it passes on waits in the inbox for its turn. */
  private readonly own: FollowerSet;
  private readonly inbox: Envelope[] = [];
  private followsAll = false;
  private closed = false;

  constructor(
    private readonly principal: Principal,
    private readonly sink: FollowerSink,
    private readonly context: SessionContext,
  ) {
    this.talks = new FollowerSet(principal.agentId, sink, context.feeds);
    const inbox = { emit: (event: Envelope) => this.receiveOwn(event), abort: () => sink.abort() };
    this.own = new FollowerSet(principal.agentId, inbox, context.feeds);
  }

  /**
   * Follows what the packet asks for; resolves when all that was missing has been sent. Where the
   * packet is overdue, nothing more is sent for it.
   */
  subscribe(packet: SubscribePacket, overdue: AbortSignal): Promise<SubscribeResult> {
    return this.serial.run(async () => {
      overdue.throwIfAborted();
      try {
        return await this.resume(packet, overdue);
      } catch (error) {
        if (!(error instanceof LostGap)) throw error;
        this.sink.abort();
        throw new DomainError('unavailable', 'Events were deleted before they could be sent. Connect again.');
      }
    });
  }

  private async resume(packet: SubscribePacket, overdue: AbortSignal): Promise<SubscribeResult> {
    const snapshot = await this.context.access.snapshot(this.principal);
    await this.requireAccess(packet, snapshot);
    await this.followOwn(snapshot.own);
    const plan = await this.plan(packet, snapshot);
    await this.follow(plan.follow, snapshot, overdue);
    if (!packet.chat_ids) this.followsAll = true;
    const { resync, left } = plan;
    if (packet.after?.size) resumes.inc();
    resyncs.inc(resync.length);
    return { epoch: snapshot.epoch, positions: this.talks.positions(), resync, left };
  }

  /** Stops following these talks; without `chatIds` all of them, those to come included. */
  unsubscribe(chatIds: string[] | undefined, overdue: AbortSignal): Promise<void> {
    return this.serial.run(() => {
      overdue.throwIfAborted();
      this.talks.stop(chatIds);
      if (!chatIds) this.stopOwn();
      return Promise.resolve();
    });
  }

  close(): void {
    this.closed = true;
    this.own.close();
    this.talks.close();
  }

  /** Comes first: of a packet that is refused nothing may take effect. */
  private async requireAccess(
    { chat_ids = [], after }: SubscribePacket,
    snapshot: AccessSnapshot,
  ): Promise<void> {
    const followable = new Set(snapshot.followable.map(({ stream }) => stream.id));
    const refused = chat_ids.find((id) => !followable.has(id) && !after?.has(id));
    if (refused !== undefined) throw await this.context.access.refusal(this.principal, chatStream(refused));
  }

  private async plan(packet: SubscribePacket, snapshot: AccessSnapshot): Promise<ResumePlan> {
    const plan = planResume(packet, snapshot, (id) => this.talks.get(id) !== undefined);
    return withoutLost(plan, await this.context.reads.withLostGap(plan.replay), snapshot);
  }

  private async follow(
    positions: StreamPosition[],
    { followable }: AccessSnapshot,
    overdue: AbortSignal,
  ): Promise<void> {
    const heads = new Map(followable.map(({ stream, seq }) => [stream.id, seq]));
    const added = await this.talks.add(
      positions.map(({ stream, seq }) => ({ stream, seq, memberSince: heads.get(stream.id) ?? seq })),
    );
    await this.talks.catchUp(added, overdue);
  }

  /** Follows the agent's own stream from this head; where it does already, first handles all that came before. */
  private async followOwn(head: StreamPosition): Promise<void> {
    const present = this.own.get(head.stream.id);
    const [follower] = present ? [present] : await this.own.add([{ ...head, memberSince: head.seq }]);
    try {
      await follower?.catchUp(head.seq);
    } catch (error) {
      // One that followed before would go on deaf, so its client has to come again.
      if (present) this.sink.abort();
      else this.stopOwn();
      throw error;
    }
    await this.handleInbox(head.seq);
  }

  private stopOwn(): void {
    this.followsAll = false;
    this.own.stop();
    this.inbox.length = 0;
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
      if (this.followsAll && !this.talks.get(stream.id))
        await this.followFrom({ stream, seq, memberSince: seq });
    } else {
      // The talk's last events go first; among them is the `participant_left` that stops the follower.
      await this.persist(async () => this.talks.get(stream.id)?.catchUp(seq));
      this.sink.emit(event);
    }
  }

  private async followFrom(start: FollowStart): Promise<void> {
    let follower: Follower | undefined;
    await this.persist(async () => {
      follower ??= (await this.talks.add([start]))[0];
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
}
