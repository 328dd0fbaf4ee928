import { DomainError } from './domain-error.js';

/** How much of its allowance a caller has left. */
export interface Allowance {
  limit: number;
  remaining: number;
  /** Whole seconds until it is full again. */
  resetSeconds: number;
}

/** A refusal that tells when to come back. */
export class RateLimited extends DomainError {
  constructor(readonly allowance: Allowance) {
    super('rate_limited', `At most ${allowance.limit} at once. Try again in ${allowance.resetSeconds} s.`);
  }
}
