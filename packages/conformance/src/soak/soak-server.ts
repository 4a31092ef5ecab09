import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppProcess } from './app-process.ts';
import type { Report } from './report.ts';

/** A framework's application in a process of its own, and a receiver for what it pushes. */
export class SoakServer {
  readonly app: AppProcess<Report>;
  readonly #receiver: Server;

  private constructor(app: AppProcess<Report>, receiver: Server) {
    this.app = app;
    this.#receiver = receiver;
  }

  /** Starts both; resolves once the application listens. */
  static async start(framework: string): Promise<SoakServer> {
    const receiver = createServer((request, response) => {
      request.resume().on('end', () => response.setHeader('Content-Type', 'application/json').end('{}'));
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const module = new URL('server-process.ts', import.meta.url);
    const app = await AppProcess.start<Report>(module, [framework], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    return new SoakServer(app, receiver);
  }

  /** Waits until nothing is active any more, for five seconds at the most, and collects the garbage. */
  async atRest(): Promise<Report> {
    const deadline = performance.now() + 5000;
    for (;;) {
      const { active } = await this.app.report(false);
      if (active === 0 || performance.now() > deadline) return this.app.report(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    this.#receiver.close();
    this.#receiver.closeAllConnections();
    await this.app.stop();
  }
}
