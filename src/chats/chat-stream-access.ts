import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DomainError } from '../errors/domain-error.js';
import { Epoch } from '../events/epoch.js';
import { agentStream, chatStream, type StreamKey } from '../events/stream.js';
import { StreamAccess, type AccessSnapshot, type SocketOwner } from '../realtime/ports.js';
import { requireChat, requireParticipant } from './chat.rules.js';
import { ChatsRepository } from './chats.repository.js';

interface SnapshotRow {
  epoch: string;
  own_head: number;
  chats: { id: string; head: number }[];
}

/** What sockets may follow: the streams of the talks that their agent is in. */
@Injectable()
export class ChatStreamAccess extends StreamAccess {
  constructor(
    private readonly database: Database,
    private readonly epoch: Epoch,
    private readonly chats: ChatsRepository,
  ) {
    super();
  }

  /** One statement, so that membership and heads are of one moment. */
  async snapshot({ agentId }: SocketOwner): Promise<AccessSnapshot> {
    const [row] = await this.database.query<SnapshotRow>(
      `SELECT ${await this.epoch.expression()} AS epoch,
              (SELECT coalesce(max(seq), 0) FROM events WHERE kind = 'agent' AND stream_id = $1) AS own_head,
              (SELECT coalesce(json_agg(json_build_object('id', c.id, 'head', (
                 SELECT coalesce(max(seq), 0) FROM events WHERE kind = 'chat' AND stream_id = c.id
               ))), '[]')
               FROM participants p JOIN chats c ON c.id = p.chat_id
               WHERE p.owner_id = $1 AND c.tm_delete IS NULL) AS chats`,
      [agentId],
    );
    if (!row) throw new Error('the snapshot has no row');
    return {
      epoch: row.epoch,
      own: { stream: agentStream(agentId), seq: row.own_head },
      followable: row.chats.map(({ id, head }) => ({ stream: chatStream(id), seq: head })),
    };
  }

  async refusal({ agentId, customerId }: SocketOwner, { id }: StreamKey): Promise<DomainError> {
    try {
      requireParticipant(requireChat(await this.chats.find(id, agentId), { customerId }));
      return new DomainError('unavailable', 'The membership has just changed. Try again.');
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }
}
