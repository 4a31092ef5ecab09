import type { OutriderOptions } from '@outrider/core';
import type { Server } from 'node:net';
import type { Templates } from './templates.ts';

/** What a framework's application is spoken to by. */
export type Transport = 'http' | 'https' | 'h2c' | 'h2';

/** What the versions of a framework have in common. */
export type Family = 'Express' | 'Koa' | 'Fastify' | 'Hono' | 'Node.js';

/** A framework, a version of one, or one on another transport, that has an adapter. */
export interface Framework {
  readonly name: string;
  readonly family: Family;
  readonly transport: Transport;
  /** The routes as this framework's router declares them. */
  readonly templates: Templates;
  /**
   * A server of the application that all frameworks serve, not listening yet.
   *
   * @param options of the adapter; undefined for the bare application, without the adapter
   */
  create(options: OutriderOptions | undefined): Promise<Server>;
}
