import type { WireTime } from '../../database/timestamp.js';
import type { AccessKey } from './access-key.entity.js';

/** An access key on the wire. */
export interface AccessKeyResource {
  id: string;
  customer_id: string;
  agent_id: string;
  name: string;
  token_prefix: string;
  /** Only in the answer to its creation. */
  token?: string;
  /** `""`: it never ends by itself. */
  tm_expire: WireTime;
  tm_create: WireTime;
  tm_update: WireTime;
  /** `""` while not deleted. */
  tm_delete: WireTime;
}

export const presentAccessKey = (key: AccessKey): AccessKeyResource => ({
  id: key.id,
  customer_id: key.customer_id,
  agent_id: key.agent_id,
  name: key.name,
  token_prefix: key.token_prefix,
  tm_expire: key.tm_expire ?? '',
  tm_create: key.tm_create,
  tm_update: key.tm_update,
  tm_delete: key.tm_delete ?? '',
});
