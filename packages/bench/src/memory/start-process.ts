import { once } from 'node:events';
import { createServer } from 'node:http';
import { serveParent } from '../harness/parent.ts';
import { collectGarbage } from './collect-garbage.ts';
import { starts } from './starts.ts';
import type { StartName } from './starts.ts';

/** What a process has in memory, in bytes. */
export interface StartMemory {
  readonly resident: number;
}

// Every application has one.
const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
await once(server, 'listening');
await starts[process.argv[2] as StartName]();
collectGarbage();
serveParent({ resident: process.memoryUsage.rss() } satisfies StartMemory, () => ({}));
