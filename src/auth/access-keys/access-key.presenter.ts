import type { WireTime } from '../../database/timestamp.js';
import { IdField, OpenTimeField, TextField, TimeField } from '../../http/fields.js';
import type { AccessKey } from './access-key.entity.js';

/** An access key on the wire. */
export class AccessKeyResource {
  @IdField()
  id: string;

  @IdField()
  customer_id: string;

  @IdField({ description: 'The agent that it acts as.' })
  agent_id: string;

  @TextField({ example: 'Nightly export' })
  name: string;

  @TextField({ description: 'How its token begins, to tell keys apart.', example: 'talk_Zm9vYm' })
  token_prefix: string;

  @TextField({ description: 'Only in the answer to its creation.', required: false })
  token?: string;

  @OpenTimeField('`""`: it never ends by itself.')
  tm_expire: WireTime;

  @TimeField()
  tm_create: WireTime;

  @TimeField()
  tm_update: WireTime;

  @OpenTimeField('`""` while not deleted.')
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
