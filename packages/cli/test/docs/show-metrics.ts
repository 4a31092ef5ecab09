// Runs at the end of a snippet's program, in its process.
import { metricsHandler } from '@outrider/otel';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { matchesPage } from './wildcard.ts';

const EVERY_MS = 50;

/**
 * Ends the process: with exit code 0 once `/metrics` of the process has every line that the snippet's page shows, with 1
 * if it has not within five seconds. Some figures are asked of a server first, others come with the end of a turn.
 */
export async function showMetrics(): Promise<void> {
  // The program's own threads may begin with the same file.
  if (!isMainThread) return;
  const lines = JSON.parse(process.env['LINES_TO_SHOW'] ?? '[]') as string[];
  const until = performance.now() + Number(process.env['SHOW_WITHIN_MS'] ?? 5000);
  let shown = await exposition();
  const missingOf = (text: readonly string[]): string[] =>
    lines.filter((line) => !text.some((candidate) => matchesPage(line, candidate)));
  while (missingOf(shown).length > 0 && performance.now() < until) {
    await pause(EVERY_MS);
    shown = await exposition();
  }
  const missing = missingOf(shown);
  const near = shown.filter((line) => missing.some((lost) => lost.split(/[ {]/, 1)[0] === line.split(/[ {]/, 1)[0]));
  for (const line of missing) process.stderr.write(`not shown: ${line}\n`);
  for (const line of near) process.stderr.write(`but: ${line}\n`);
  process.exit(missing.length === 0 ? 0 : 1);
}

// Without a server and a request: those would be outgoing calls and connections of the program's own.
async function exposition(): Promise<string[]> {
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET' });
  const { promise, resolve } = Promise.withResolvers<string>();
  const response = new ServerResponse(request);
  response.end = ((text: string) => {
    resolve(text);
    return response;
  }) as typeof response.end;
  metricsHandler()(request, response);
  return (await promise).split('\n');
}
