import type { WireTime } from '../database/timestamp.js';
import { IdField, OpenTimeField, TextField, TimeField } from '../http/fields.js';
import type { Customer } from './customer.entity.js';

/** A customer on the wire. */
export class CustomerResource {
  @IdField()
  id: string;

  @TextField({ example: 'Example Ltd' })
  name: string;

  @TimeField()
  tm_create: WireTime;

  @TimeField()
  tm_update: WireTime;

  @OpenTimeField('`""` while not deleted.')
  tm_delete: WireTime;
}

export const presentCustomer = (customer: Customer): CustomerResource => ({
  id: customer.id,
  name: customer.name,
  tm_create: customer.tm_create,
  tm_update: customer.tm_update,
  tm_delete: customer.tm_delete ?? '',
});
