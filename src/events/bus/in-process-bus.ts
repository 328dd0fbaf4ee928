import { Bus, type BusState } from './bus.js';

/** The bus of a lone replica: its own commits are announced without a bus, and there is nobody else. */
export class InProcessBus extends Bus {
  readonly state: BusState = 'up';

  publish(): void {}

  subscribe(): Promise<void> {
    return Promise.resolve();
  }

  unsubscribe(): void {}

  onEnvelope(): void {}

  onState(): void {}
}
