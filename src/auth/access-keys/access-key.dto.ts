import { Described } from '../../http/fields.js';
import { Optional, StorableText, WholeNumber } from '../../http/validators.js';

/** Ten years. */
const EXPIRE_MAX = 315_360_000;

export class CreateAccessKeyDto {
  @Described('For people.', 'Nightly export')
  @StorableText({ min: 1, max: 255 })
  name: string;

  @Described('Seconds from now; left out, the key never ends by itself.', 86_400)
  @Optional()
  @WholeNumber({ min: 1, max: EXPIRE_MAX })
  expire?: number;
}
