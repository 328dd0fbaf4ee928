import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Bus } from './bus/bus.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { RedisBus } from './bus/redis-bus.js';
import { CommittedEvents } from './committed-events.js';
import { Epoch } from './epoch.js';
import { EventLog } from './event-log.js';
import { StreamReads } from './stream-reads.js';

const createBus = ({ redisUrl, redisPrefix }: Settings): Bus =>
  redisUrl ? new RedisBus(redisUrl, redisPrefix) : new InProcessBus();

@Global()
@Module({
  providers: [
    CommittedEvents,
    Epoch,
    EventLog,
    StreamReads,
    { provide: Bus, useFactory: createBus, inject: [Settings] },
  ],
  exports: [Bus, CommittedEvents, Epoch, EventLog, StreamReads],
})
export class EventsModule {}
