import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Milliseconds that whoever reads the metrics has for its request. */
const REQUEST_LIMIT = 5_000;

/** Serves `/metrics`, and nothing else, on a port of its own: what it tells is not for clients. */
@Injectable()
export class MetricsServer implements OnApplicationShutdown {
  private readonly logger = new Logger('MetricsServer');
  private server: Server | undefined;

  constructor(private readonly registry: Registry) {}

  /**
   * Listens from now on; port 0 takes any free one, which the log names.
   * @throws Error of Node where it cannot listen there
   */
  async listen(port: number, host: string): Promise<void> {
    collectDefaultMetrics({ register: this.registry });
    const server = createServer({ requestTimeout: REQUEST_LIMIT }, this.answer);
    server.listen(port, host);
    await once(server, 'listening');
    this.server = server;
    this.logger.log({ port: (server.address() as AddressInfo).port }, 'Metrics are served');
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private readonly answer: RequestListener = (request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    if (request.method !== 'GET') return void response.writeHead(405, { Allow: 'GET' }).end();
    this.registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': this.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };
}
