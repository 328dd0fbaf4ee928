import type { StreamTransaction } from '../events/stream-transaction.js';
import type { AgentRow } from './agents.repository.js';

/** Takes an agent out of the talks that it is in; bound to the talks by the application. */
export abstract class Departures {
  /**
   * Has it leave some of its talks, with all events of a leaving; its own stream has to be locked.
   * @returns true when it is in none any more
   */
  abstract leaveSome(transaction: StreamTransaction, agent: AgentRow, actorId: string): Promise<boolean>;
}
