import { Injectable } from '@nestjs/common';
import { DomainError } from '../../errors/domain-error.js';
import { EventLog } from '../../events/event-log.js';
import { DIRECTORY_STREAM } from '../../events/stream.js';
import { PageQuery, pageRequest, toPage, type Page } from '../../http/page.js';
import type { Principal } from '../principal.js';
import { CreateAccessKeyDto } from './access-key.dto.js';
import { presentAccessKey, type AccessKeyResource } from './access-key.presenter.js';
import { createAccessKeyToken, hashAccessKeyToken, shownPrefix } from './access-key.token.js';
import { AccessKeysRepository } from './access-keys.repository.js';

/** An agent's access keys; an access key itself may not manage them. */
@Injectable()
export class AccessKeysService {
  constructor(
    private readonly log: EventLog,
    private readonly keys: AccessKeysRepository,
  ) {}

  /** The answer alone holds the token; only its hash is kept. */
  async create({ name, expire }: CreateAccessKeyDto, caller: Principal): Promise<AccessKeyResource> {
    requireNoAccessKey(caller);
    const { agentId, customerId } = caller;
    const token = createAccessKeyToken();
    const tokenHash = hashAccessKeyToken(token);
    const tokenPrefix = shownPrefix(token);
    const key = await this.keys.insert({ agentId, customerId, name, expire, tokenHash, tokenPrefix });
    return { ...presentAccessKey(key), token };
  }

  async list(query: PageQuery, caller: Principal): Promise<Page<AccessKeyResource>> {
    requireNoAccessKey(caller);
    const page = pageRequest(query, 'desc');
    return toPage(await this.keys.listOf(caller.agentId, page), page.size, presentAccessKey);
  }

  /** Its sockets are closed within a second, on every replica. */
  async revoke(id: string, caller: Principal): Promise<AccessKeyResource> {
    requireNoAccessKey(caller);
    return this.log.write([DIRECTORY_STREAM], async (transaction) => {
      const key = await this.keys.revoke(transaction, id, caller.agentId);
      if (!key) throw new DomainError('access_key_not_found', 'There is no such access key.');
      transaction.stream(DIRECTORY_STREAM).append('access_key_revoked', { access_key_id: id });
      return presentAccessKey(key);
    });
  }
}

function requireNoAccessKey({ accessKeyId }: Principal): void {
  if (accessKeyId)
    throw new DomainError('access_key_not_allowed', 'An access key cannot manage access keys.');
}
