import type { Revocation } from '../events/event.js';

/** Is told whose callers must authenticate again; `undefined`: everybody. */
export type RevocationListener = (revocation: Revocation | undefined) => void;

/** Tells of disabled agents and revoked keys; `src/ports.module.ts` binds it. */
export abstract class Revocations {
  /** A count that grows with each revocation heard. Where it has grown, a look-up begun before may be out of date. */
  abstract readonly heard: number;

  /** False where this replica may have missed a revocation of more than a second ago. */
  abstract readonly isCurrent: boolean;

  abstract listen(listener: RevocationListener): void;
}
