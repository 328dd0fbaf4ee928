import { Module, type DynamicModule } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChatsModule } from './chats/chats.module.js';
import { ConfigModule } from './config/config.module.js';
import { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { ValidationModule } from './http/validation/validation.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { OpsModule } from './ops/ops.module.js';
import { PortsModule } from './ports.module.js';
import { ReactionsModule } from './reactions/reactions.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';

@Module({})
export class AppModule {
  /** The first four are global; every other module imports what it needs. */
  static with(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        OpsModule,
        DatabaseModule,
        PortsModule,
        ValidationModule,
        RealtimeModule,
        AuthModule,
        AgentsModule,
        ChatsModule,
        MessagesModule,
        ReactionsModule,
        HealthModule,
      ],
    };
  }
}
