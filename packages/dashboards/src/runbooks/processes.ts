import type { DashboardConfig } from '../config.ts';
import { duration } from '../rules/text.ts';
import type { Runbook } from './runbook.ts';

/** The event loop of processes, and their end. */
export function processRunbooks({ thresholds: { eventLoop } }: DashboardConfig): readonly Runbook[] {
  return [
    {
      alert: 'EventLoopBlocked',
      fires: `The event loop of a process was late by more than ${duration(eventLoop.delayS)} (99th percentile), or a process did not answer at all, for 2 minutes.`,
      meaning:
        'While JavaScript computes, nothing else in the process goes on. Either 1 of 100 looks at the event loop came that late, or a process is `silent`: connected to the sidecar, but without a push for two of its intervals (10 s by default). A silent process has no figure of its own.',
      impact: 'All requests of that process wait, those of cheap routes and health checks too; timeouts fire late.',
      diagnosis: [
        { look: 'which process: one of many, or all.', at: 'outrider-system/11', query: 0 },
        { look: 'processes that are silent.', at: 'outrider-system/23', query: 0 },
        { look: 'at 100 % it computes without a pause.', at: 'outrider-system/13', query: 0 },
        { look: 'collections, which stop everything as well.', at: 'outrider-system/14' },
        { look: 'a container that is held back looks the same.', at: 'outrider-system/12' },
        {
          look: 'Requests whose time went there, if the middleware has `attribution: true`: `event_loop_ms` in `curl "http://127.0.0.1:9464/api/v1/slow-requests?limit=10"` at the sidecar.',
        },
      ],
      causes: [
        {
          seen: 'busy at 100 %, little garbage collection',
          cause: 'code that computes: large `JSON.parse`, a regular expression, loops, `…Sync()` calls, templates',
        },
        { seen: '[[outrider-system/14]] above 10 %', cause: 'a full heap: [[MemoryGrowth]]' },
        { seen: '[[outrider-system/12]] rose with it', cause: '[[ContainerThrottled]]' },
        { seen: '[[outrider-system/50]] is near 100 %', cause: 'no CPU was free: [[CpuHigh]]' },
        {
          seen: 'silent, and uses no CPU',
          cause: 'stopped: a debugger, SIGSTOP, a disk or network file system that hangs in a `…Sync()` call',
        },
      ],
      mitigation: [
        'One process that does not come back: restart it, but look first where it is, with the next step.',
        'Find the code: `kill -USR1 <pid>` opens the inspector on 127.0.0.1:9229, also of a process that computes without a pause; in `chrome://inspect` a CPU profile, or Pause, shows where. `node --cpu-prof` profiles a whole run.',
        'Since a release: roll back.',
        'Move what computes into a worker thread (`piscina`) or another service; limit the size of inputs; no `…Sync()` calls in requests.',
      ],
      falseAlarm:
        'A process for batch work, whose latency nobody waits for. Raise the threshold, or leave the job out with the matchers in `applications`.',
      settings: ['thresholds.eventLoop.delayS'],
    },
    {
      alert: 'WorkerCrashed',
      fires: 'A process of an application ended by a crash, was killed, or was lost, in the last 5 minutes.',
      meaning:
        '`crash`: an error that nobody caught, or an exit code other than 0, 130 and 143. `killed`: ended without a word: SIGKILL, an abort, native code. `lost`: it stopped pushing, and no connection told its end. Ends by SIGTERM and SIGINT, and `process.exit(0)`, are graceful and do not count.',
      impact: 'The requests that it was serving failed. Fewer processes share the load until it is back.',
      diagnosis: [
        { look: 'how many, by which reason.', at: 'outrider-system/24', query: 0 },
        { look: 'whether they come back, and again and again.', at: 'outrider-system/25' },
        { look: 'how many are left.', at: 'outrider-system/23', query: 0 },
        { look: '`killed`: whether the kernel did it for want of memory.', at: 'outrider-system/42' },
        {
          look: 'The last words: `kubectl logs <pod> --previous`, `journalctl -u <unit> -n 100`, `pm2 logs <app> --err --lines 100`; `kubectl describe pod <pod>` has exit code and reason.',
        },
      ],
      causes: [
        { seen: '`crash`, a stack in the log', cause: 'an exception or a rejected promise that nobody caught' },
        {
          seen: '`crash` at once after each start',
          cause: 'configuration, a secret, a database that cannot be reached',
        },
        {
          seen: '`killed`, exit code 137',
          cause:
            'SIGKILL: memory ([[WorkerOutOfMemory]]), a failed liveness probe, a stop that took longer than its grace period',
        },
        {
          seen: '`killed`, exit code 134 or 139',
          cause: 'an abort or a fault in native code; a heap that was exhausted at once counts here as well',
        },
        { seen: '`lost`', cause: 'the host, or the network to the sidecar' },
      ],
      mitigation: [
        'A crash loop since a release: roll back, `kubectl rollout undo deployment/<name>`.',
        'Killed by a liveness probe: raise `timeoutSeconds` and `failureThreshold`; see why it was late, [[EventLoopBlocked]].',
        'Killed at the stop: handle SIGTERM (`server.close()`, then end), raise `terminationGracePeriodSeconds`.',
        'Native faults: update or remove the module that the core dump names; `node --report-on-fatalerror --report-uncaught-exception` writes a report.',
      ],
      falseAlarm:
        'Machines that are taken away without a stop (spot instances), or a deployment that uses SIGKILL: let it stop processes with SIGTERM. It has no threshold.',
      settings: [],
    },
    {
      alert: 'WorkerOutOfMemory',
      fires: 'A process of an application ended for want of memory, in the last 5 minutes.',
      meaning:
        'It ended without a word, and its heap was nearly full when it pushed last, or the kernel had killed for want of memory on that host within 10 seconds. The kernel does not say whom: where another process was killed at the same moment, the reason may be the wrong one.',
      impact: 'The requests that it was serving failed. The next process has the same to do, and may end the same way.',
      diagnosis: [
        { look: 'near 100 % before the end: it was the limit of the heap.', at: 'outrider-system/16', query: 0 },
        { look: 'at its limit: it was the limit of the container.', at: 'outrider-system/41', query: 0 },
        { look: 'kills by the kernel in the container.', at: 'outrider-system/42', query: 0 },
        { look: 'the host: is it full?', at: 'outrider-system/54' },
        { look: 'slow growth for hours, or a jump.', at: 'outrider-system/21' },
        {
          look: 'What it said: `JavaScript heap out of memory` in its log is Node.js; `dmesg -T | grep -i oom` or `kubectl describe pod <pod>` (`OOMKilled`) is the kernel.',
        },
      ],
      causes: [
        { seen: 'heap at its limit, after hours of growth', cause: 'a leak: [[MemoryGrowth]]' },
        { seen: 'heap at its limit within minutes', cause: 'a large result or a pile of requests: [[MemoryJump]]' },
        {
          seen: 'container at its limit, heap far below its own',
          cause: 'a heap limit too large for the container, or buffers and native memory',
        },
        { seen: 'the host is full', cause: 'other programs: [[MemoryHigh]]' },
      ],
      mitigation: [
        'Again and again: roll back, or raise the memory: `kubectl set resources deployment/<name> --limits=memory=1Gi`, `docker update --memory 1g --memory-swap 1g <container>`.',
        'Make heap and container fit: `node --max-old-space-size=<MiB>` at some three quarters of the limit of the container.',
        'Keep what it dies of: `node --heapsnapshot-near-heap-limit=1` writes a snapshot shortly before the end, which needs disk and as much memory again.',
        'A leak: restart in time until it is mended, `kubectl rollout restart deployment/<name>`.',
      ],
      falseAlarm:
        'A process with a nearly full heap that somebody killed for another reason counts as well. It has no threshold.',
      settings: [],
    },
  ];
}
