import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { OutriderOptions } from '@outrider/core';
import { listen } from '../listen.ts';
import { until } from '../until.ts';
import { describeError, sentHeaders } from './odd-case.ts';
import type { Note } from './odd-case.ts';
import { ODD_CASES } from './odd-cases.ts';
import type { OddFramework } from './odd-frameworks.ts';

const EVENTS = ['prefinish', 'finish', 'close', 'error', 'drain'] as const;

/** An application that serves every odd case, with the middleware or without, and what its handlers noted. */
export interface OddApplication {
  readonly port: number;
  /** What was noted since the last time, once all connections are closed. */
  notes(): Promise<string[]>;
  close(): Promise<void>;
}

/** The request target of an odd case. */
export function targetOf(name: string): string {
  return `/odd/${ODD_CASES.findIndex((one) => one.name === name)}`;
}

/** Starts an application on a free loopback port. */
export async function startOddApplication(
  framework: OddFramework,
  options: OutriderOptions | undefined,
): Promise<OddApplication> {
  let noted: string[] = [];
  const note: Note = (what, value) => void noted.push(value === undefined ? what : `${what}: ${JSON.stringify(value)}`);
  const onWarning = ({ name, message }: Error): void => {
    // Others are given once a process, or are our own.
    if (name === 'MaxListenersExceededWarning') note('warning of too many', /\d+ (\w+) listeners/.exec(message)?.[1]);
  };
  // Two applications run side by side: a warning belongs to the one that is being asked.
  const server = await framework.create(options, (request, response) => {
    if (!process.listeners('warning').includes(onWarning)) process.on('warning', onWarning);
    serveCase(request, response, note);
  });
  server.on('clientError', (error: Error, socket: Socket) => {
    note('clientError', describeError(error));
    socket.destroy();
  });
  const { port, sockets, close } = await listen(server);
  return {
    port,
    notes: async () => {
      await until(() => sockets.size === 0, 'the connections closed');
      // Warnings come a tick later.
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', onWarning);
      const result = noted;
      noted = [];
      return result;
    },
    close,
  };
}

function serveCase(request: IncomingMessage, response: ServerResponse, note: Note): void {
  const odd = ODD_CASES[Number(/\d+$/.exec(request.url ?? '')?.[0])];
  if (odd === undefined) {
    response.end('last');
    return;
  }
  note('begins', [response.headersSent, response.getHeaderNames(), response.statusCode, Object.keys(request.headers)]);
  for (const event of EVENTS) {
    response.on(event, (error?: unknown) =>
      note(`on ${event}`, event === 'close' ? stateOf(response) : describeError(error)),
    );
  }
  request.on('error', (error) => note('request error', describeError(error)));
  try {
    odd.handle(request, response, note);
  } catch (error) {
    note('the handler threw', describeError(error));
    response.destroy();
  }
}

function stateOf(response: ServerResponse): unknown {
  const { statusCode, statusMessage, headersSent, writableEnded, writableFinished, destroyed } = response;
  const headers = sentHeaders(response);
  return { statusCode, statusMessage, headersSent, writableEnded, writableFinished, destroyed, headers };
}
