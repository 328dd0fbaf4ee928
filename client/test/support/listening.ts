import { eventually } from '../../../test/support/eventually.js';
import type { TalkClient } from '../../src/talk-client.js';
import type { TalkEvent } from '../../src/types.js';

/** Writes down all that a client tells, in order. */
export class Listening {
  readonly events: TalkEvent[] = [];
  readonly joined: string[] = [];
  readonly left: string[] = [];
  readonly resyncs: string[] = [];

  constructor(client: TalkClient) {
    client.on('event', (event) => this.events.push(event));
    client.on('joined', ({ chat_id }) => this.joined.push(chat_id));
    client.on('left', ({ chat_id }) => this.left.push(chat_id));
    client.on('resync', ({ chat_id }) => this.resyncs.push(chat_id));
  }

  of(chatId: string): TalkEvent[] {
    return this.events.filter(({ chat_id }) => chat_id === chatId);
  }

  /** Of the talk's own events. */
  seqsOf(chatId: string): number[] {
    return this.of(chatId)
      .filter(({ type }) => type !== 'chat_joined' && type !== 'chat_left')
      .map(({ seq }) => seq);
  }

  reach(chatId: string, seq: number): Promise<unknown> {
    return eventually(
      () => this.seqsOf(chatId).at(-1) ?? 0,
      (last) => last >= seq,
    );
  }
}
