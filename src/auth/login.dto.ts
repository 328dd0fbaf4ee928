import { StorableText } from '../http/validators.js';

export class LoginDto {
  @StorableText({ min: 1, max: 255 })
  username: string;

  @StorableText({ min: 1, max: 128 })
  password: string;
}
