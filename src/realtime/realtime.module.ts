import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Revocations } from '../auth/revocations.js';
import { AckLimit } from './ack-limit.js';
import { Admission } from './admission.js';
import { AdmissionGateway } from './admission.gateway.js';
import { DirectoryWatch } from './directory-watch.js';
import { Feeds } from './feeds.js';
import { PacketDispatcher } from './packet-dispatcher.js';
import { Packets } from './packets.js';
import { PacketsInWork } from './packets-in-work.js';
import { SessionContext } from './socket-session.js';
import { Sockets } from './sockets.js';
import { SubscriptionsGateway } from './subscriptions.gateway.js';
import { TailCheck } from './tail-check.js';
import { TailRounds } from './tail-rounds.js';

/** Delivery. The application binds its port `StreamAccess` in a global module. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    AckLimit,
    Admission,
    AdmissionGateway,
    DirectoryWatch,
    Feeds,
    PacketDispatcher,
    Packets,
    PacketsInWork,
    SessionContext,
    Sockets,
    SubscriptionsGateway,
    TailCheck,
    TailRounds,
    { provide: Revocations, useExisting: DirectoryWatch },
  ],
  exports: [Revocations],
})
export class RealtimeModule {}
