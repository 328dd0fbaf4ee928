import { Described } from '../http/fields.js';
import { StorableText } from '../http/validators.js';

export class LoginDto {
  @Described('Unique over all customers.', 'ann')
  @StorableText({ min: 1, max: 255 })
  username: string;

  @Described('As it was set.', 'correct horse battery')
  @StorableText({ min: 1, max: 128 })
  password: string;
}
