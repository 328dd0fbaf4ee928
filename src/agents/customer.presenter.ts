import type { WireTime } from '../database/timestamp.js';
import type { Customer } from './customer.entity.js';

/** A customer on the wire. */
export interface CustomerResource {
  id: string;
  name: string;
  tm_create: WireTime;
  tm_update: WireTime;
  /** `""` while not deleted. */
  tm_delete: WireTime;
}

export const presentCustomer = (customer: Customer): CustomerResource => ({
  id: customer.id,
  name: customer.name,
  tm_create: customer.tm_create,
  tm_update: customer.tm_update,
  tm_delete: customer.tm_delete ?? '',
});
