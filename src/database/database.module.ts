import { Global, Module } from '@nestjs/common';
import { Gauges } from '../ops/gauges.js';
import { Database } from './database.js';

@Global()
@Module({ providers: [Database], exports: [Database] })
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
