import type { StreamKey } from '../events/stream.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import type { AgentRow } from './agents.repository.js';

/** Takes an agent out of the talks that it is in; bound to the talks by the application. */
export abstract class Departures {
  /** The streams of the talks that it is in, of some where there are very many. */
  abstract streamsOf(agentId: string): Promise<StreamKey[]>;

  /**
   * Has it leave the talks whose streams are given, with all events of a leaving; they and its own
   * stream have to be locked.
   * @returns true when it is in no other talk
   */
  abstract leave(
    transaction: StreamTransaction,
    streams: StreamKey[],
    agent: AgentRow,
    actorId: string,
  ): Promise<boolean>;
}
