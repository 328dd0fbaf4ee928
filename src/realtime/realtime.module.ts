import { Global, Module } from '@nestjs/common';
import { Revocations } from '../auth/revocations.js';
import { Admission } from './admission.js';
import { DirectoryWatch } from './directory-watch.js';
import { Feeds } from './feeds.js';
import { Gateway } from './gateway.js';
import { Packets } from './packets.js';
import { PacketContext } from './socket-packets.js';
import { SessionContext } from './socket-session.js';
import { SocketWrites } from './socket-writes.js';
import { Sockets } from './sockets.js';
import { TailCheck } from './tail-check.js';
import { TailRounds } from './tail-rounds.js';

/** Delivery. The application binds its port `StreamAccess` in a global module. */
@Global()
@Module({
  providers: [
    Admission,
    Feeds,
    Gateway,
    PacketContext,
    Packets,
    DirectoryWatch,
    { provide: Revocations, useExisting: DirectoryWatch },
    SessionContext,
    Sockets,
    SocketWrites,
    TailCheck,
    TailRounds,
  ],
  exports: [Packets, Revocations],
})
export class RealtimeModule {}
