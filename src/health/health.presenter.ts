import { ApiProperty } from '@nestjs/swagger';
import { SCHEMA_STATES, type SchemaState } from '../database/schema-state.js';
import { WordField } from '../http/fields.js';

export class Liveness {
  @WordField(['ok'])
  status: 'ok';
}

const READINESS = ['ready', 'degraded', 'not_ready'] as const;
const DATABASE = ['up', 'away'] as const;
const REDIS = ['up', 'away', 'none'] as const;

/** Whether a replica should be sent calls, and why not. */
export class Readiness {
  @WordField(READINESS, { description: '`degraded` is ready: without Redis, events go through PostgreSQL.' })
  status: (typeof READINESS)[number];

  @WordField(DATABASE, { description: '`away` where it does not answer within a second.' })
  database: (typeof DATABASE)[number];

  @WordField(SCHEMA_STATES, { description: '`outdated` where a migration of this build is missing.' })
  schema: SchemaState;

  @WordField(REDIS, { description: '`none` where none is set.' })
  redis: (typeof REDIS)[number];

  @ApiProperty({ type: Boolean, example: false, description: 'It was told to stop, and finishes.' })
  stopping: boolean;
}

/** A replica whose database is away. */
export const NOT_READY: Readiness = {
  status: 'not_ready',
  database: 'away',
  schema: 'unknown',
  redis: 'up',
  stopping: false,
};
