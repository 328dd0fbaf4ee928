import { Module } from '@nestjs/common';
import { Feeds } from './feeds.js';
import { Gateway } from './gateway.js';
import { SessionContext } from './socket-session.js';
import { Sockets } from './sockets.js';
import { TailCheck } from './tail-check.js';

/** Delivery. The application binds its ports, `SocketAuthenticator` and `StreamAccess`, in global modules. */
@Module({ providers: [Feeds, Gateway, SessionContext, Sockets, TailCheck] })
export class RealtimeModule {}
