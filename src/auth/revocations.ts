import type { Revocation } from '../events/event.js';

/** Hears who has to show again who it is; `undefined`: everybody. */
export type RevocationListener = (revocation: Revocation | undefined) => void;

/** What this replica has heard of disabled agents and revoked keys; the application binds it to its way of hearing. */
export abstract class Revocations {
  /** How often something was heard; what was known of anybody before may have changed since. */
  abstract readonly heard: number;

  /** False where this replica may have missed a revocation of more than a second ago. */
  abstract readonly isCurrent: boolean;

  abstract listen(listener: RevocationListener): void;
}
