import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { Bus } from './bus/bus.js';
import { ClusterPubSub } from './bus/cluster-pub-sub.js';
import { InProcessBus } from './bus/in-process-bus.js';
import { RedisBus } from './bus/redis-bus.js';
import { SinglePubSub } from './bus/single-pub-sub.js';
import { CommittedEvents } from './committed-events.js';
import { EpochRow } from './epoch.entity.js';
import { Epoch } from './epoch.js';
import { EventRow } from './event.entity.js';
import { EventCleaner } from './event-cleaner.js';
import { EventLog } from './event-log.js';
import { RetentionRow } from './retention.entity.js';
import { StreamRow } from './stream.entity.js';
import { StreamQueue } from './stream-queue.js';
import { StreamReads } from './stream-reads.js';
import { Tails } from './tails.js';

function createBus({ redis, redisPrefix, redisLimits }: Settings): Bus {
  if (!redis) return new InProcessBus();
  const PubSub = redis.kind === 'cluster' ? ClusterPubSub : SinglePubSub;
  return new RedisBus(new PubSub(redis, redisLimits), redisPrefix, redisLimits);
}

const createQueue = ({ databaseLimits }: Settings): StreamQueue => new StreamQueue(databaseLimits.queue);

@Module({
  imports: [TypeOrmModule.forFeature([EpochRow, EventRow, RetentionRow, StreamRow])],
  providers: [
    CommittedEvents,
    Epoch,
    EventCleaner,
    EventLog,
    StreamReads,
    Tails,
    { provide: Bus, useFactory: createBus, inject: [Settings] },
    { provide: StreamQueue, useFactory: createQueue, inject: [Settings] },
  ],
  exports: [Bus, CommittedEvents, Epoch, EventLog, StreamReads, Tails],
})
export class EventsModule {}
