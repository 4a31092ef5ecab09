import type { DashboardConfig } from '../config.ts';
import { percent } from '../rules/text.ts';
import type { Runbook } from './runbook.ts';

/** The host and the container: CPU, memory, throttling. */
export function hostRunbooks({ thresholds: { cpu, memory, throttling } }: DashboardConfig): readonly Runbook[] {
  return [
    {
      alert: 'CpuHigh',
      fires: `The CPUs of a host were busy for more than ${percent(cpu.high)} of the time, for 5 minutes.`,
      meaning:
        'All CPUs of the host together, over windows of 2 minutes. Waiting for a disk (`iowait`) counts as idle, time that the hypervisor took (`steal`) as busy. `instance` is the sidecar on that host.',
      impact:
        'Work begins to queue. A Node.js process runs JavaScript on one thread: where it gets no CPU, all of its requests wait.',
      diagnosis: [
        { look: 'one host or all of them, and since when.', at: 'outrider-system/50', query: 0 },
        {
          look: 'what it goes into. `user`: programs; `system`: system calls, network; `steal`: the hypervisor.',
          at: 'outrider-system/51',
        },
        { look: 'more than there are CPUs: tasks wait for one.', at: 'outrider-system/52' },
        {
          look: 'which process. If their sum is far below what is busy, it is a program that Outrider does not observe: `top -b -n 1 -o %CPU | head -20` on the host.',
          at: 'outrider-system/20',
          query: 0,
        },
        { look: 'whether users notice.', at: 'outrider-api/20' },
      ],
      causes: [
        { seen: '[[outrider-api/10]] rose by as much', cause: 'more traffic' },
        { seen: 'it began with a release: [[outrider-regression/32]]', cause: 'the release needs more CPU' },
        {
          seen: '[[outrider-system/14]] is above 10 %',
          cause: 'a heap near its limit, or much garbage: see [[MemoryGrowth]]',
        },
        {
          seen: '`steal` in [[outrider-system/51]]',
          cause: 'neighbours, or the CPU credits of a small machine are spent',
        },
        {
          seen: 'processes of the applications use little',
          cause: 'another program: backup, build, log shipper, cron',
        },
      ],
      mitigation: [
        'More traffic: add machines or pods, `kubectl scale deployment/<name> --replicas=<n>`. More processes on the same host help only while it has idle CPUs.',
        'A release: roll back, `kubectl rollout undo deployment/<name>`.',
        'Another program: stop or move it; until then `renice -n 19 -p <pid>`.',
        'Find the code: `kill -USR1 <pid>` opens the inspector of a Node.js process on 127.0.0.1:9229; record a CPU profile with `chrome://inspect` through an SSH tunnel. `node --cpu-prof` writes one when the process exits.',
      ],
      falseAlarm:
        'A host for batch work that is meant to be busy. Leave it out with the matchers in `hosts`, or raise the threshold.',
      settings: ['thresholds.cpu.high'],
    },
    {
      alert: 'CpuCritical',
      fires: `The CPUs of a host were busy for more than ${percent(cpu.critical)} of the time, for 2 minutes.`,
      meaning: `What [[CpuHigh]] measures, with hardly anything left. While it fires, [[CpuHigh]] (from ${percent(cpu.high)} on) is muted by the example for Alertmanager.`,
      impact:
        'Requests wait for a CPU, event loops are late, health checks may time out and restart what is only slow. The sidecar itself gets less CPU: figures may come late.',
      diagnosis: [
        { look: 'whether requests are slow already.', at: 'outrider-api/20' },
        {
          look: 'share of the time in which tasks waited for a CPU (`cpu`, some).',
          at: 'outrider-system/53',
          query: 0,
        },
        { look: 'which process it is; else `top -b -n 1 -o %CPU | head -20`.', at: 'outrider-system/20', query: 0 },
        { look: 'crashes and starts one after the other, which cost CPU themselves.', at: 'outrider-system/25' },
      ],
      causes: [
        {
          seen: '[[outrider-api/10]] rose by as much',
          cause: 'more traffic, or a client that retries without a pause',
        },
        {
          seen: 'one process at about 1 CPU, its [[outrider-system/13]] at 100 %',
          cause: 'a loop or a regular expression that does not end',
        },
        { seen: '[[outrider-system/25]] rises again and again', cause: 'a crash loop: see [[WorkerCrashed]]' },
        { seen: 'everything as usual but `steal`', cause: 'the hypervisor: change the machine' },
      ],
      mitigation: [
        'Take load away now: add instances, or let the load balancer send less to this host.',
        'A release was rolled out: roll back, `kubectl rollout undo deployment/<name>`.',
        'One process that spins: keep a CPU profile (`kill -USR1 <pid>`, then `chrome://inspect`), then restart it.',
        'Clients that retry: answer 429 or 503 with `Retry-After` at the proxy.',
      ],
      falseAlarm:
        'A start of many processes at once, or a nightly job, that takes longer than 2 minutes. Spread them, or raise the threshold.',
      settings: ['thresholds.cpu.critical'],
    },
    {
      alert: 'MemoryHigh',
      fires: `A host used more than ${percent(memory.high)} of its memory, for 5 minutes.`,
      meaning:
        '`1 - available / total` of the host: what the kernel could give back at once (page cache) does not count as used. It is the host, not a container, which has a limit of its own: [[ContainerMemoryHigh]].',
      impact:
        'None yet. When nothing is left the kernel swaps or kills a process, mostly the largest: [[WorkerOutOfMemory]].',
      diagnosis: [
        { look: 'a slope is a leak, a step a start or a release.', at: 'outrider-system/54', query: 0 },
        { look: 'which process grows.', at: 'outrider-system/21', query: 0 },
        {
          look: 'memory that grows while the processes above do not: another program, `ps -eo pid,rss,comm --sort=-rss | head -15`, or a `tmpfs`, `df -h -t tmpfs`.',
          at: 'outrider-system/55',
        },
        { look: 'memory pressure (`memory`): tasks wait for memory already, so hurry.', at: 'outrider-system/53' },
      ],
      causes: [
        { seen: '[[outrider-system/15]]: the floor climbs', cause: 'a leak in JavaScript: see [[MemoryGrowth]]' },
        { seen: '[[outrider-system/21]] climbs, the heap does not', cause: 'buffers, a native library, threads' },
        { seen: 'more processes in [[outrider-system/23]]', cause: 'more workers than the host has memory for' },
        { seen: '[[outrider-cache/25]] climbs', cause: 'Redis on this host without `maxmemory`' },
      ],
      mitigation: [
        'Restart the process that grows, one at a time: `kubectl rollout restart deployment/<name>`, `pm2 reload <app>`.',
        'Fewer workers, or a smaller heap each: `node --max-old-space-size=<MiB>`. Leave a quarter of the memory for what is outside of the heap.',
        'Redis: `redis-cli CONFIG SET maxmemory 1gb` and, for a cache, `CONFIG SET maxmemory-policy allkeys-lru`.',
        'A larger host, or pods with `resources.limits.memory`, so that one process cannot take it all.',
      ],
      falseAlarm:
        'A database or a JVM that takes most of the memory at its start and keeps it. Raise the threshold, or leave the host out with the matchers in `hosts`.',
      settings: ['thresholds.memory.high'],
    },
    {
      alert: 'ContainerMemoryHigh',
      fires: `The working set of a container was more than ${percent(memory.container)} of its memory limit, for 5 minutes.`,
      meaning:
        'The memory of all processes in the container together, and of its page cache what was used lately; what was not is left out, since the kernel gives it back first. Where a host has several containers of an application, it is the fullest. A container without a limit is never told of. Where the limit is that of a group above (a systemd slice), what others in that group use is not seen.',
      impact:
        'None yet. At the limit the kernel first takes page cache, so files are read anew and all gets slow, and then kills a process, mostly the largest: [[WorkerOutOfMemory]]. Free memory of the host does not help.',
      diagnosis: [
        {
          look: 'how near it is, and since when: a slope is a leak, a step a start or a release.',
          at: 'outrider-system/43',
          query: 0,
        },
        {
          look: 'the same in bytes, where the host has one container of the application. What is between working set and the line with page cache is given back first.',
          at: 'outrider-system/41',
          query: 0,
        },
        {
          look: 'what the processes have of it. If their sum is far below: page cache in use, a `tmpfs` (`/dev/shm`, `emptyDir` with `medium: Memory`), or a program that Outrider does not observe.',
          at: 'outrider-system/21',
          query: 0,
        },
        {
          look: 'the heap climbs with it: JavaScript objects. It does not: buffers, native libraries, threads.',
          at: 'outrider-system/15',
          query: 0,
        },
        {
          look: 'how far the heap is from the limit of its own. Far, with a container that is nearly full: that limit is too large for the container.',
          at: 'outrider-system/16',
          query: 0,
        },
        { look: 'kills that there were already.', at: 'outrider-system/42', query: 0 },
      ],
      causes: [
        {
          seen: '[[outrider-system/15]]: the floor climbs for hours',
          cause: 'a leak in JavaScript: see [[MemoryGrowth]]',
        },
        {
          seen: '[[outrider-system/21]] rose within minutes',
          cause: 'a pile of requests or a large result: see [[MemoryJump]]',
        },
        {
          seen: 'level, [[outrider-system/16]] is low',
          cause: 'V8 lets the heap grow while the limit of its own is far: that does not fit the container',
        },
        { seen: '[[outrider-cache/15]] climbs', cause: 'a cache in the process without `max` or time to live' },
        { seen: 'more processes in [[outrider-system/23]]', cause: 'more workers than the container has memory for' },
        { seen: 'a step that stays, [[outrider-api/10]] rose as well', cause: 'too small a limit for the traffic' },
      ],
      mitigation: [
        'Raise the limit: `kubectl set resources deployment/<name> -c <container> --limits=memory=1Gi`, `docker update --memory 1g --memory-swap 1g <container>` (1 GiB, and no swap), `systemctl set-property <unit> MemoryMax=1G`.',
        'Make the heap fit: `node --max-old-space-size=<MiB>`, all processes of the container together at some three quarters of its limit; the rest is for buffers, code and threads. In Kubernetes by `NODE_OPTIONS`.',
        'It climbs: restart before the kernel does, one replica after the other, `kubectl rollout restart deployment/<name>`, and find the leak as [[MemoryGrowth]] says. Since a release: roll back.',
        'Bound caches (`max`, or `maxSize` in bytes) and queues in the process; read large results and bodies in pieces.',
        'Fewer workers in a container, and more containers.',
      ],
      falseAlarm:
        'A container that reads and writes many files: page cache that was used lately counts, though the kernel would give it back. Or one that was sized to be nearly full, and stays level. Raise the threshold, or leave the job out with the matchers in `applications`.',
      settings: ['thresholds.memory.container'],
    },
    {
      alert: 'ContainerThrottled',
      fires: `A container was held back by its CPU limit in more than ${percent(throttling.share)} of the scheduler's periods, for 5 minutes.`,
      meaning:
        'The kernel gives a container its limit anew every period, 100 ms by default. Once it is used up, all of its threads stand still until the next. The CPU use of the container, an average, can look low meanwhile.',
      impact:
        'Pauses of up to a tenth of a second at a time, event-loop delay, slow garbage collections; timeouts of whoever waits for it.',
      diagnosis: [
        { look: 'share of the periods, and the time that was lost.', at: 'outrider-system/12', query: 0 },
        { look: 'use beside the limit.', at: 'outrider-system/40', query: 0 },
        { look: 'it moves with the throttling: that is what requests feel.', at: 'outrider-system/11', query: 0 },
        { look: 'collections run on several threads at once and use up the period.', at: 'outrider-system/14' },
      ],
      causes: [
        { seen: 'use is near the limit', cause: 'too small a limit for the traffic' },
        {
          seen: 'use is far below the limit',
          cause:
            'bursts of several threads: garbage collection, `zlib`, `crypto`, `sharp`, worker threads; or several processes in one container',
        },
        { seen: 'only for minutes after a start', cause: 'starting and compiling: it passes' },
        { seen: 'began with a release', cause: 'it needs more CPU: [[outrider-regression/44]]' },
      ],
      mitigation: [
        'Raise the limit: `kubectl set resources deployment/<name> --limits=cpu=2`, `docker update --cpus 2 <container>`, `systemctl set-property <unit> CPUQuota=200%`. Or leave the limit out and keep the request: `requests.cpu` shares fairly without a stop.',
        'One Node.js process should have a limit of more than 1 CPU, since its collector and thread pool have threads of their own.',
        'Fewer threads: `UV_THREADPOOL_SIZE=2`, `node --v8-pool-size=2`, fewer workers in one container.',
        'More replicas, if use is near the limit.',
      ],
      falseAlarm:
        'A background worker whose latency nobody waits for. Raise the threshold, or leave the job out with the matchers in `applications`.',
      settings: ['thresholds.throttling.share'],
    },
  ];
}
