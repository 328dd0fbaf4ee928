import { Global, Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { Gauges } from '../ops/gauges.js';
import { servingOptions } from './data-source.js';
import { Database } from './database.js';

const createOptions = (settings: Settings): TypeOrmModuleOptions => ({
  ...servingOptions(settings),
  autoLoadEntities: true,
  // Talk listens before its database can be reached; `Database` initializes, as often as it takes.
  manualInitialization: true,
  // Nothing is tried here that a second try could mend.
  retryAttempts: 0,
});

/** The data source, which its module closes when the application shuts down, and what asks it. */
@Global()
@Module({
  imports: [TypeOrmModule.forRootAsync({ useFactory: createOptions, inject: [Settings] })],
  providers: [Database],
  exports: [Database],
})
export class DatabaseModule {
  constructor(gauges: Gauges, database: Database) {
    gauges.registerBy(
      'state',
      'talk_database_connections',
      'Connections to PostgreSQL, those of them idle, and calls that wait for one.',
      () => database.connections,
    );
  }
}
