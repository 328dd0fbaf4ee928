import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { Authenticator } from './auth/authenticator.js';
import { readBodiesOfKnownCallers } from './auth/known-callers.js';
import { Settings } from './config/settings.js';
import { serveConsole } from './console/serve.js';
import { serveDocuments } from './documents/serve.js';
import { Lifecycle } from './ops/lifecycle.js';
import { createLogger } from './ops/logger.js';
import { watchRequests } from './ops/request-watch.js';
import { refuseUntilServing } from './ops/not-serving.js';
import { ProblemFilter } from './http/problem.filter.js';
import { Connections } from './gate/connections.js';
import { guardEdges, serverOptions } from './http/edges.js';
import { answerBrokenHttp, answerBrokenPath } from './http/broken-requests.js';
import { limitRequests } from './http/request-limit.js';
import { prepareRequests, requestId, withoutVersion } from './http/requests.js';
import { TalkAdapter } from './realtime/talk-adapter.js';

/** Makes the whole application, ready to listen. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    ...serverOptions(settings),
    genReqId: requestId,
    rewriteUrl: withoutVersion,
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: answerBrokenPath,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), adapter, {
    logger: createLogger(settings.logLevel),
    abortOnError: false,
    bodyParser: false,
  });
  app.get(Connections).guard(app.getHttpServer());
  guardEdges(app, settings);
  watchRequests(adapter.getInstance());
  prepareRequests(adapter.getInstance());
  refuseUntilServing(adapter.getInstance(), app.get(Lifecycle));
  readBodiesOfKnownCallers(adapter.getInstance(), app.get(Authenticator));
  limitRequests(adapter.getInstance(), settings.requestLimit);
  app.useWebSocketAdapter(new TalkAdapter(app));
  app.useGlobalFilters(new ProblemFilter());
  serveDocuments(app);
  serveConsole(app, settings);
  return app;
}
