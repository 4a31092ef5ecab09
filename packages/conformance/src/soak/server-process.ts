import { getObserver } from '@outrider/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FRAMEWORKS } from '../frameworks.ts';
import { read } from '../readings.ts';
import { emptyTally, expectedOf } from './expected.ts';
import { serveParent, tell } from './parent-process.ts';
import type { Report } from './report.ts';

// A framework's application with everything on that is on by default; it reports all the time, and when it is asked.

const CHECK_MS = 250;

const name = process.argv[2];
const framework = FRAMEWORKS.find((candidate) => candidate.name === name);
if (framework === undefined) throw new Error(`there is no framework ${name}`);
const server = await framework.create({});
const received = emptyTally();
let open = 0;
// Before the framework: whatever it does, the request is counted.
server.prependListener('request', ({ url }: IncomingMessage, response: ServerResponse) => {
  received[expectedOf(url)]++;
  open++;
  response.once('close', () => open--);
});

function report(heapUsed: number): Report {
  const outcomes = { completed: 0, aborted_before_headers: 0, aborted_mid_stream: 0, destroyed_by_server: 0 };
  let [active, series, pushed] = [0, 0, 0];
  for (const { metric, attributes, value } of read(getObserver())) {
    if (metric === 'http.server.request.outcomes') outcomes[attributes['outcome'] as keyof typeof outcomes] += value;
    else if (metric === 'http.server.active_requests') active += value;
    else if (metric === 'outrider.recorder.series') series = value;
    else if (metric === 'outrider.pushes' && attributes['result'] === 'ok') pushed = value;
  }
  return { received: { ...received }, outcomes, active, open, series, heapUsed, pushed };
}

setInterval(() => tell({ told: report(0) }), CHECK_MS);
serveParent(server, report);
