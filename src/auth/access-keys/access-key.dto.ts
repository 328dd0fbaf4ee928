import { Optional, StorableText, WholeNumber } from '../../http/validators.js';

/** Ten years. */
const EXPIRE_MAX = 315_360_000;

export class CreateAccessKeyDto {
  @StorableText({ min: 1, max: 255 })
  name: string;

  /** Seconds from now; left out, the key never ends by itself. */
  @Optional()
  @WholeNumber({ min: 1, max: EXPIRE_MAX })
  expire?: number;
}
