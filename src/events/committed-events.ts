import { Injectable } from '@nestjs/common';
import type { Envelope } from './event.js';

type Listener = (envelopes: Envelope[]) => void;

/** Where this process tells itself of the events that it has just committed. */
@Injectable()
export class CommittedEvents {
  private readonly listeners: Listener[] = [];

  /** `listener` must not throw: the commit it hears of cannot be taken back. */
  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  announce(envelopes: Envelope[]): void {
    for (const listener of this.listeners) listener(envelopes);
  }
}
