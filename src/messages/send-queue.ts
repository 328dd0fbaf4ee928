import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { wasRolledBack } from '../database/unavailable.js';
import { DomainError } from '../errors/domain-error.js';
import { nameOf } from '../idempotency/idempotency.js';
import type { MessageResource } from './message.presenter.js';
import { MessageSender, type Send, type SendOutcome } from './message-sender.js';

/** Milliseconds after which a batch holds up the sends to other talks no longer. */
const SLOW = 100;
const SENDS_AT_MOST = 500;

interface WaitingSend {
  send: Send;
  /** Of `performance.now()`; after it, its sender has been told to try again. */
  until: number;
  resolve: (message: MessageResource) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers the sends that arrive while others are being written, and has them written together. A lone
 * one waits for nothing; the sends to one talk are written in the order they came.
 */
@Injectable()
export class SendQueue {
  /** By talk, in the order they came. */
  private readonly waiting = new Map<string, WaitingSend[]>();
  /** Talks with sends under way; theirs that come meanwhile wait. */
  private readonly busy = new Set<string>();
  private isWriting = false;
  private readonly limit: number;

  constructor(
    private readonly sender: MessageSender,
    @Inject(Settings) { databaseLimits }: Settings,
  ) {
    this.limit = databaseLimits.queue;
  }

  /** @throws DomainError as the rules of sending say; `unavailable` where its turn does not come in time */
  send(send: Send): Promise<MessageResource> {
    return new Promise((resolve, reject) => {
      const waiting = { send, until: performance.now() + this.limit, resolve, reject };
      const line = this.waiting.get(send.chatId);
      if (line) line.push(waiting);
      else this.waiting.set(send.chatId, [waiting]);
      this.go();
    });
  }

  /** Has the next batch written, unless one is under way: what comes meanwhile goes together. */
  private go(): void {
    const batch = this.isWriting ? [] : this.take();
    if (batch.length === 0) return;
    this.isWriting = true;
    let isOver = false;
    const goOn = (): void => {
      if (!isOver) this.isWriting = false;
      isOver = true;
      this.go();
    };
    const slow = setTimeout(goOn, SLOW);
    void this.writeBatch(batch).then(() => {
      clearTimeout(slow);
      goOn();
    });
  }

  /** The next batch: of each talk that is not busy, what waits; those talks are busy from now on. */
  private take(): WaitingSend[] {
    const batch: WaitingSend[] = [];
    const keys = new Set<string>();
    for (const [chatId, line] of this.waiting) {
      if (this.busy.has(chatId)) continue;
      const taken = takeFrom(line, SENDS_AT_MOST - batch.length, keys);
      if (line.length === 0) this.waiting.delete(chatId);
      if (taken.length === 0) continue;
      this.busy.add(chatId);
      batch.push(...taken);
      if (batch.length === SENDS_AT_MOST) break;
    }
    return batch;
  }

  /** Never throws. Talks that somebody else is at go on alone, so that the others wait for nothing. */
  private async writeBatch(batch: WaitingSend[]): Promise<void> {
    const left = byChat(await this.writeTogether(batch));
    for (const { send } of batch) if (!left.has(send.chatId)) this.busy.delete(send.chatId);
    for (const [chatId, sends] of left) {
      void this.writeApart(sends).then(() => {
        this.busy.delete(chatId);
        this.go();
      });
    }
  }

  /** @returns the sends that were not written: their talk is in use, or something spoilt the batch */
  private async writeTogether(batch: WaitingSend[]): Promise<WaitingSend[]> {
    try {
      const outcomes = await this.sender.writeFree(batch.map(({ send }) => send));
      return batch.filter((waiting, index) => !settle(waiting, outcomes[index]));
    } catch (error) {
      if (wasRolledBack(error)) return batch;
      for (const { reject } of batch) reject(error);
      return [];
    }
  }

  /** Writes the sends to one talk; where one of them spoils it for the others, one by one. Never throws. */
  private async writeApart(sends: WaitingSend[]): Promise<void> {
    try {
      const outcomes = await this.sender.writeAll(sends.map(({ send }) => send));
      sends.forEach((waiting, index) => settle(waiting, outcomes[index]));
    } catch (error) {
      if (error instanceof DomainError) for (const { reject } of sends) reject(error);
      else for (const waiting of sends) await this.writeOne(waiting);
    }
  }

  private async writeOne(waiting: WaitingSend): Promise<void> {
    try {
      const [outcome] = await this.sender.writeAll([waiting.send]);
      settle(waiting, outcome);
    } catch (error) {
      waiting.reject(error);
    }
  }
}

/** @returns false where there is no outcome yet */
function settle({ resolve, reject }: WaitingSend, outcome: SendOutcome | undefined): boolean {
  if (outcome instanceof DomainError) reject(outcome);
  else if (outcome) resolve(outcome);
  return outcome !== undefined;
}

function byChat(sends: WaitingSend[]): Map<string, WaitingSend[]> {
  const chats = new Map<string, WaitingSend[]>();
  for (const waiting of sends) {
    const line = chats.get(waiting.send.chatId);
    if (line) line.push(waiting);
    else chats.set(waiting.send.chatId, [waiting]);
  }
  return chats;
}

/**
 * Takes the first sends out of a line; one whose key is in the batch already stops it, since only the
 * next batch finds what this one makes of the key. Those that are overdue are refused.
 */
function takeFrom(line: WaitingSend[], atMost: number, keys: Set<string>): WaitingSend[] {
  const taken: WaitingSend[] = [];
  const now = performance.now();
  let count = 0;
  for (const waiting of line) {
    const { agentId, key } = waiting.send.write;
    const name = key === undefined ? undefined : nameOf(agentId, key);
    if (taken.length === atMost || (name !== undefined && keys.has(name))) break;
    count += 1;
    if (waiting.until < now) waiting.reject(overdue());
    else {
      taken.push(waiting);
      if (name !== undefined) keys.add(name);
    }
  }
  line.splice(0, count);
  return taken;
}

const overdue = (): DomainError =>
  new DomainError('unavailable', 'Others that write there take too long. Try again.');
