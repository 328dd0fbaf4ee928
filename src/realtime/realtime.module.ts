import { Global, Module } from '@nestjs/common';
import { Admission } from './admission.js';
import { Feeds } from './feeds.js';
import { Gateway } from './gateway.js';
import { Packets } from './packets.js';
import { PacketContext } from './socket-packets.js';
import { Revocations } from './revocations.js';
import { SessionContext } from './socket-session.js';
import { SocketWrites } from './socket-writes.js';
import { Sockets } from './sockets.js';
import { TailCheck } from './tail-check.js';
import { TailRounds } from './tail-rounds.js';

/** Delivery. The application binds its ports, `SocketAuthenticator` and `StreamAccess`, in global modules. */
@Global()
@Module({
  providers: [
    Admission,
    Feeds,
    Gateway,
    PacketContext,
    Packets,
    Revocations,
    SessionContext,
    Sockets,
    SocketWrites,
    TailCheck,
    TailRounds,
  ],
  exports: [Packets, Revocations],
})
export class RealtimeModule {}
