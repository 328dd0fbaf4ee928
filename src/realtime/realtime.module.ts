import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { EventsModule } from '../events/events.module.js';
import { GateModule } from '../gate/gate.module.js';
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

/** Delivery. */
@Module({
  imports: [AuthModule, DiscoveryModule, EventsModule, GateModule],
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
  ],
  exports: [DirectoryWatch],
})
export class RealtimeModule {}
