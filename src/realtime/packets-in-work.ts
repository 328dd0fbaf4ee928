import { Injectable } from '@nestjs/common';

/** The packets of sockets that were taken and are not answered yet. */
@Injectable()
export class PacketsInWork {
  private readonly answers = new WeakMap<object, Set<Promise<void>>>();
  private readonly leaving = new WeakSet<object>();

  isLeaving(socket: object): boolean {
    return this.leaving.has(socket);
  }

  /** Runs what answers a packet, unless its socket is leaving: nothing may be half done when it is closed. */
  take(socket: object, answer: () => Promise<void>): void {
    if (this.leaving.has(socket)) return;
    const answers = this.answers.get(socket) ?? new Set<Promise<void>>();
    this.answers.set(socket, answers);
    const answered = answer().finally(() => {
      answers.delete(answered);
      if (answers.size === 0) this.answers.delete(socket);
    });
    answers.add(answered);
  }

  /**
   * Takes nothing more of this socket and resolves when all that was taken is answered. Its client sees
   * the rest as unanswered when the socket closes, as if it had sent that a moment later.
   */
  async leave(socket: object): Promise<void> {
    this.leaving.add(socket);
    await Promise.all([...(this.answers.get(socket) ?? [])]);
  }
}
