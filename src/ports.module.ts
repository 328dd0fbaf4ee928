import { Global, Module } from '@nestjs/common';
import { AgentDirectory } from './agents/agent-directory.js';
import { AgentsModule } from './agents/agents.module.js';
import { Departures } from './agents/departures.js';
import { Directory } from './auth/directory.js';
import { Revocations } from './auth/revocations.js';
import { ChatStreamAccess } from './chats/chat-stream-access.js';
import { ChatsModule } from './chats/chats.module.js';
import { SystemMessages } from './chats/system-messages.js';
import { TalkDepartures } from './chats/talk-departures.js';
import { MessagesModule } from './messages/messages.module.js';
import { StoredSystemMessages } from './messages/stored-system-messages.js';
import { DirectoryWatch } from './realtime/directory-watch.js';
import { StreamAccess } from './realtime/ports.js';
import { RealtimeModule } from './realtime/realtime.module.js';

/** What a lower folder declares because it needs it of a higher one, and who provides it. */
const PORTS = [
  { provide: Revocations, useExisting: DirectoryWatch },
  { provide: Directory, useExisting: AgentDirectory },
  { provide: StreamAccess, useExisting: ChatStreamAccess },
  { provide: Departures, useExisting: TalkDepartures },
  { provide: SystemMessages, useExisting: StoredSystemMessages },
];

@Global()
@Module({
  imports: [AgentsModule, ChatsModule, MessagesModule, RealtimeModule],
  providers: PORTS,
  exports: PORTS.map(({ provide }) => provide),
})
export class PortsModule {}
