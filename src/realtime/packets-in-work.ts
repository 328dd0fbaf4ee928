import { Injectable } from '@nestjs/common';

interface Work<Desk> {
  desk: Desk;
  answers: Set<Promise<void>>;
}

/** The packets of sockets that were taken and are not answered yet; those of one socket share a desk. */
@Injectable()
export class PacketsInWork<Desk = unknown> {
  private readonly works = new WeakMap<object, Work<Desk>>();
  private readonly leaving = new WeakSet<object>();

  isLeaving(socket: object): boolean {
    return this.leaving.has(socket);
  }

  /** Runs what answers a packet, unless its socket is leaving: nothing may be half done when it is closed. */
  take(socket: object, setUp: () => Desk, answer: (desk: Desk) => Promise<void>): void {
    if (this.leaving.has(socket)) return;
    let work = this.works.get(socket);
    if (!work) this.works.set(socket, (work = { desk: setUp(), answers: new Set() }));
    const { desk, answers } = work;
    const answered = answer(desk).finally(() => {
      answers.delete(answered);
      if (answers.size === 0) this.works.delete(socket);
    });
    answers.add(answered);
  }

  /**
   * Takes nothing more of this socket and resolves when all that was taken is answered. Its client sees
   * the rest as unanswered when the socket closes, as if it had sent that a moment later.
   */
  async leave(socket: object): Promise<void> {
    this.leaving.add(socket);
    await Promise.all([...(this.works.get(socket)?.answers ?? [])]);
  }
}
