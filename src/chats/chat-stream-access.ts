import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Batch } from '../database/batch.js';
import { Database } from '../database/database.js';
import { DomainError } from '../errors/domain-error.js';
import { Epoch } from '../events/epoch.js';
import { agentStream, chatStream, type StreamKey } from '../events/stream.js';
import { StreamAccess, type AccessSnapshot } from '../realtime/ports.js';
import { requireChat, requireParticipant } from './chat.rules.js';
import { ChatsRepository } from './chats.repository.js';

/** Agents whose snapshots one statement takes. */
const AGENTS_AT_ONCE = 50;

interface SnapshotRow {
  agent_id: string;
  epoch: string;
  own_head: number;
  chats: { id: string; head: number }[];
}

/** What sockets may follow: the streams of the talks that their agent is in. */
@Injectable()
export class ChatStreamAccess extends StreamAccess {
  private readonly snapshots = new Batch(AGENTS_AT_ONCE, (agentIds: string[]) =>
    this.takeSnapshots(agentIds),
  );

  constructor(
    private readonly database: Database,
    private readonly epoch: Epoch,
    private readonly chats: ChatsRepository,
  ) {
    super();
  }

  async snapshot({ agentId }: Principal): Promise<AccessSnapshot> {
    return this.snapshots.ask(agentId);
  }

  async refusal({ agentId, customerId }: Principal, { id }: StreamKey): Promise<DomainError> {
    try {
      requireParticipant(requireChat(await this.chats.find(id, agentId), { customerId }));
      return new DomainError('unavailable', 'The membership has just changed. Try again.');
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  /** One statement, so that membership and heads are of one moment. */
  private async takeSnapshots(agentIds: string[]): Promise<AccessSnapshot[]> {
    const rows = await this.database.query<SnapshotRow>(
      `WITH history AS MATERIALIZED (SELECT ${await this.epoch.expression()} AS epoch)
       SELECT a.id AS agent_id, history.epoch,
              (SELECT coalesce(max(seq), 0) FROM events WHERE kind = 'agent' AND stream_id = a.id) AS own_head,
              (SELECT coalesce(json_agg(json_build_object('id', c.id, 'head', (
                 SELECT coalesce(max(seq), 0) FROM events WHERE kind = 'chat' AND stream_id = c.id
               ))), '[]')
               FROM participants p JOIN chats c ON c.id = p.chat_id
               WHERE p.owner_id = a.id AND c.tm_delete IS NULL) AS chats
       FROM unnest($1::uuid[]) AS a (id) CROSS JOIN history`,
      [agentIds],
    );
    const snapshots = new Map(rows.map((row) => [row.agent_id, toSnapshot(row)]));
    return agentIds.map((id) => snapshots.get(id) as AccessSnapshot);
  }
}

const toSnapshot = ({ agent_id, epoch, own_head, chats }: SnapshotRow): AccessSnapshot => ({
  epoch,
  own: { stream: agentStream(agent_id), seq: own_head },
  followable: chats.map(({ id, head }) => ({ stream: chatStream(id), seq: head })),
});
