import type { DashboardConfig } from '../config.ts';
import { size } from '../rules/text.ts';
import type { Runbook } from './runbook.ts';

const SNAPSHOT =
  'Find what is kept: start with `node --heapsnapshot-signal=SIGUSR2`, take a snapshot early and one late with `kill -USR2 <pid>`, and compare them in the Memory tab of Chrome. A snapshot stops the process for seconds and takes as much memory again: one process, out of the load balancer.';

/** Processes whose memory grows. */
export function memoryRunbooks({ thresholds: { memoryGrowth } }: DashboardConfig): readonly Runbook[] {
  return [
    {
      alert: 'MemoryGrowth',
      fires: `What is left in a heap after garbage collections grew by more than ${size(memoryGrowth.bytesPerHour)} in an hour.`,
      meaning:
        'The lowest value after a major collection in the last hour, against that of the hour before, of a process that has run for more than 3 hours, for 15 minutes. The saw-tooth between collections does not count, nor does the first hour of a process.',
      impact:
        'None yet. As the heap nears its limit, collections take ever more time, requests get slow, and Node.js ends the process: [[WorkerOutOfMemory]].',
      diagnosis: [
        { look: 'by how much, which processes.', at: 'outrider-regression/48', query: 0 },
        {
          look: 'a straight line for hours is a leak; a step that stays is a cache that filled.',
          at: 'outrider-system/15',
          query: 2,
        },
        {
          look: 'how much is left until the limit: what is left divided by the growth is the time that you have.',
          at: 'outrider-system/16',
          query: 0,
        },
        { look: 'collections that take ever more time.', at: 'outrider-system/14' },
        { look: 'a cache in the process that grows without a limit.', at: 'outrider-cache/15' },
        { look: 'whether it began with a release.', at: 'outrider-regression/47' },
      ],
      causes: [
        {
          seen: 'grows with the requests, and not at night',
          cause: 'something is kept for each: listeners, timers, closures, entries of a Map',
        },
        { seen: '[[outrider-cache/15]] grows as well', cause: 'a cache without `max` or time to live' },
        { seen: '[[outrider-work/10]] grows as well', cause: 'tasks come faster than they are worked off' },
        { seen: 'began with a release', cause: 'that release; compare with the one before' },
        { seen: 'levels off after some hours', cause: 'warming up: no leak' },
      ],
      mitigation: [
        'Restart before it is full, one process after the other: `kubectl rollout restart deployment/<name>`, `pm2 reload <app>`. That buys the time that the step above says.',
        'Since a release: roll back.',
        SNAPSHOT,
        '`node --max-old-space-size=<MiB>` gives more room, where the container has it; it delays the end.',
      ],
      falseAlarm:
        'A cache that fills in its first hours, or a job that holds much for hours. Raise the threshold above what such a thing takes.',
      settings: ['thresholds.memoryGrowth.bytesPerHour'],
    },
    {
      alert: 'MemoryJump',
      fires: `The memory of a process grew by more than ${size(memoryGrowth.bytesIn10Minutes)} within 10 minutes.`,
      meaning:
        'Resident memory now, above its lowest value of the last 10 minutes, of a process that has run for more than 15 minutes. All of its memory: heap, buffers, native libraries, threads.',
      impact:
        'At this pace it meets its limit soon: the kernel or Node.js ends it, [[WorkerOutOfMemory]], and what it was doing fails.',
      diagnosis: [
        { look: 'whether it still climbs.', at: 'outrider-system/21', query: 0 },
        {
          look: 'the heap climbs with it: objects. It does not: buffers, native memory.',
          at: 'outrider-system/15',
          query: 0,
        },
        { look: 'the limit of the container.', at: 'outrider-system/41', query: 0 },
        { look: 'requests that pile up.', at: 'outrider-api/13' },
        { look: 'large bodies.', at: 'outrider-api/60' },
        { look: 'operations that take much memory.', at: 'outrider-work/33' },
      ],
      causes: [
        {
          seen: 'requests in flight rose',
          cause: 'they wait for something and each holds its memory: [[LatencyP95High]]',
        },
        {
          seen: 'heap climbs, one route or job runs',
          cause: 'a large result read at once: no `LIMIT`, a file or body as a whole',
        },
        { seen: 'heap is flat', cause: 'uploads in buffers, `zlib`, images, a native library' },
        { seen: 'tasks in [[outrider-work/10]] rose', cause: 'a queue in the process' },
        { seen: 'falls back after minutes', cause: 'a batch' },
      ],
      mitigation: [
        'It still climbs: take the process out of the load balancer and restart it.',
        'Requests pile up: let fewer in (limit at the proxy, 503 with `Retry-After`) until what they wait for is back.',
        'Read in pieces: `LIMIT` or a cursor, `stream.pipeline()`, a limit on the size of bodies.',
        SNAPSHOT,
      ],
      falseAlarm: 'A batch or a cache that is loaded at once, and then stays. Raise the threshold above what it takes.',
      settings: ['thresholds.memoryGrowth.bytesIn10Minutes'],
    },
  ];
}
