import type { DashboardConfig } from '../config.ts';
import { selector } from '../series.ts';
import type { Runbook } from './runbook.ts';

/** What is not there any more, and what Outrider itself loses. */
export function availabilityRunbooks({ hosts }: DashboardConfig): readonly Runbook[] {
  return [
    {
      alert: 'TargetMissing',
      fires: 'Prometheus has had no answer of a sidecar for 2 minutes.',
      meaning: `\`up${selector(hosts)}\` is 0; or no sidecar is left of those that Prometheus asked within the last hour. One that was removed from the targets while others are left, as by a deployment, is not missed.`,
      impact:
        'Nothing is known of that host, of the servers that its sidecar watches, nor of the applications that push to it: their graphs end and their alerts are silent. The applications themselves go on, and tell all that they counted once the sidecar is back.',
      diagnosis: [
        { look: '0: it does not answer. A line that ends: the target is gone.', at: 'outrider-itself/20', query: 0 },
        { look: 'one of them or all: all is Prometheus, or the network.', at: 'outrider-itself/1', query: 0 },
        { look: 'scrapes that took ever longer before.', at: 'outrider-itself/21' },
        { look: 'In Prometheus, Status, Targets: the error of the last scrape.' },
        {
          look: 'On the host: `curl -sS http://127.0.0.1:9464/readyz`, `systemctl status outrider`, `journalctl -u outrider -n 50`; in Kubernetes `kubectl logs <pod> -c outrider --previous`.',
        },
      ],
      causes: [
        {
          seen: 'connection refused',
          cause: 'the sidecar does not run, or listens on another address (`metrics.listen`)',
        },
        { seen: 'context deadline exceeded', cause: 'firewall, network, a host that is overloaded: [[CpuCritical]]' },
        { seen: '401 or 403', cause: 'another token, or a name that is not in `allowedHosts`' },
        { seen: 'several on one host, or the host does not answer to ping', cause: 'the host is down' },
        { seen: 'the target is no longer in the list', cause: 'it was removed, or service discovery lost it' },
      ],
      mitigation: [
        'Start it: `systemctl restart outrider`, `kubectl rollout restart …`. Exit code 2 is a wrong configuration, which the log names.',
        'It ends again and again: `journalctl -u outrider`; in a container mind its memory limit, and `limits.storedBytes`.',
        'The host is down: bring it back, or take it out of the load balancer.',
      ],
      falseAlarm:
        'A host that was taken away by intent: it fires for an hour. Silence its `instance` before you scale down. Which targets count is decided by the matchers in `hosts`.',
      settings: [],
    },
    {
      alert: 'ApplicationMissing',
      fires: 'An application that had live processes within the last hour has had none for 2 minutes.',
      meaning: `The sum of \`app_workers{state="live"}\` over all hosts is 0, or nobody tells it any more, after it was above 0 for 10 minutes of the last hour. However they ended: a stop by SIGTERM is graceful, and no other alert speaks of it. A process that is connected and does not answer is \`silent\`, not live. Where a sidecar that told of live processes may be away itself (\`up${selector(hosts)}\` is 0), it is [[TargetMissing]] that fires.`,
      impact: 'Nobody serves the requests of this application.',
      diagnosis: [
        { look: 'since when, and on which hosts; or all are silent.', at: 'outrider-system/23', query: 0 },
        {
          look: 'how they ended. `graceful`: they were stopped. None did: the host is gone.',
          at: 'outrider-system/24',
          query: 0,
        },
        { look: 'whether others took their place.', at: 'outrider-system/25', query: 0 },
        { look: 'requests until then.', at: 'outrider-api/10', query: 1 },
        { look: 'whether applications still reach the sidecar.', at: 'outrider-itself/12', query: 0 },
        {
          look: 'Who stopped it: `kubectl get deployment,pods,events`, `systemctl status <unit>`, `journalctl -u <unit> -n 100`, `pm2 list`, `docker ps -a`.',
        },
      ],
      causes: [
        {
          seen: 'ends that were graceful',
          cause: 'stopped: scaled to 0, a deployment that stopped half-way, a unit that was disabled',
        },
        { seen: 'ends by `crash`, each at once', cause: 'a release that cannot start: [[WorkerCrashed]]' },
        {
          seen: 'ends by `out_of_memory`, `killed`',
          cause: '[[WorkerOutOfMemory]]; who is to restart it has given up (`StartLimitBurst`)',
        },
        { seen: '`silent` above 0', cause: 'every process is blocked or stopped: [[EventLoopBlocked]]' },
        {
          seen: 'ends by `lost`, and users are served',
          cause:
            'the application is there and does not reach a sidecar: socket, `OTEL_EXPORTER_OTLP_ENDPOINT`, firewall',
        },
        { seen: 'a host came back without it', cause: 'the unit is not enabled: `systemctl enable <unit>`' },
        { seen: 'another `job` serves instead', cause: 'it was renamed (`service.name`)' },
      ],
      mitigation: [
        'Start it: `systemctl start <unit>`, `kubectl scale deployment/<name> --replicas=2`, `pm2 resurrect`.',
        'It ends again at once: roll back, `kubectl rollout undo deployment/<name>`.',
        'Blocked: restart it.',
        'Stopped and not coming back soon: take it out of the load balancer, or have that answer for it.',
      ],
      falseAlarm:
        'An application that was stopped, renamed or scaled to zero by intent: it fires for the fifty minutes that follow. Silence its `job` before. Tasks that take longer than ten minutes and end by design: silence their `job` for good, or name others only with the matchers in `applications`. Other SDKs of OpenTelemetry do not tell their end, nor are they ever silent: their processes are there until three of their intervals have passed without a push, and one that pushes nothing while it has nothing to tell counts as gone. It has no threshold.',
      settings: [],
    },
    {
      alert: 'ServerDown',
      fires: 'A Redis, memcached, PostgreSQL or PgBouncer has not answered its sidecar for a minute.',
      meaning:
        'The sidecar looks every three seconds over one connection. 0 is a server that is down, that hangs (1.5 s by default), or that refuses the sidecar. Labels: `server` is the kind, `server_address` and `server_port` are where.',
      impact:
        'Where the applications get no answer either, their requests fail or go without a cache. All other figures of the server are gone meanwhile.',
      diagnosis: [
        { look: 'Redis.', at: 'outrider-cache/20' },
        { look: 'memcached.', at: 'outrider-cache/50' },
        { look: 'PostgreSQL.', at: 'outrider-database/30' },
        { look: 'PgBouncer.', at: 'outrider-database/60' },
        {
          look: 'whether applications get connections: errors mean that it is really away.',
          at: 'outrider-database/13',
        },
        { look: 'Why, the log of the sidecar says, once a minute: `journalctl -u outrider | grep -i redis`.' },
        {
          look: 'By hand, from that host: `redis-cli -h <address> PING`, `pg_isready -h <address>`, `psql -h <address> -p 6432 pgbouncer -c "SHOW POOLS"`, `printf "stats\\r\\n" | nc -w 1 <address> 11211`.',
        },
      ],
      causes: [
        { seen: 'applications have errors as well', cause: 'the server is down, full, or cannot be reached' },
        { seen: 'applications are well', cause: 'password, certificate or rights of the sidecar: its log says which' },
        { seen: '`timed out`', cause: 'it hangs: disk, memory, a script of Redis, a lock' },
        {
          seen: '`too many clients`, `maxclients`',
          cause: 'no connection is left: [[outrider-database/31]], [[outrider-cache/29]]',
        },
        { seen: 'all servers of one sidecar', cause: 'the network of that host' },
      ],
      mitigation: [
        'Down: start it, and read its log first (disk full, memory, a crash): `systemctl restart redis-server`, `pg_ctlcluster <version> main start`.',
        'A failover: promote the replica (`REPLICAOF NO ONE`, `pg_ctl promote`), if nobody does it by itself.',
        "No connection left: make pools smaller, and end sessions that are idle in a transaction:\n```sql\nSELECT pg_terminate_backend(pid) FROM pg_stat_activity\nWHERE state = 'idle in transaction' AND now() - state_change > interval '5 min';\n```",
        'Redis busy with a script: `redis-cli SCRIPT KILL`.',
        'Only the sidecar is refused: mend `watch` in its configuration, `systemctl reload outrider`.',
      ],
      falseAlarm:
        'A server that was switched off for good: remove it from `watch` of the sidecar. A far or slow one: raise its `timeout` there. It has no threshold.',
      settings: [],
    },
    {
      alert: 'OutriderDropsSamples',
      fires: 'A sidecar dropped data points in the last 5 minutes.',
      meaning:
        'Points of applications that it did not store, or that it was to send on to a backend and did not. The label `reason` says why. Applications push totals, so that what is dropped once comes again with the next push; series beyond a limit do not.',
      impact: 'Figures are missing, here or at the backend. Requests are not affected.',
      diagnosis: [
        { look: 'what was not stored, by reason.', at: 'outrider-itself/10', query: 0 },
        { look: 'what was not sent on, by reason.', at: 'outrider-itself/52', query: 0 },
        { look: 'series held, of those that may be.', at: 'outrider-itself/11', query: 0 },
        { look: 'the limit that was reached.', at: 'outrider-itself/42', query: 0 },
        { look: 'how full the queue to the backend is.', at: 'outrider-itself/55' },
        { look: 'Which metric or backend, the log of the sidecar says: `journalctl -u outrider -n 100`.' },
      ],
      causes: [
        { seen: '`too_many_series`', cause: 'a label with ever new values, or more processes than the limit is for' },
        { seen: '`too_many_points`', cause: 'one push is too large: a collector with large batches' },
        {
          seen: '`unsupported_temporality`, `invalid_point`, `duplicate_delta`',
          cause: 'a sender of another SDK that says what cannot be used, or says it twice',
        },
        { seen: '`queue_full`', cause: 'the backend was away for longer than the queue is for, or is too slow' },
        { seen: '`refused`, `rejected_by_backend`', cause: 'the backend does not want them: credentials, quota, form' },
        { seen: '`closed`, `spool_damaged`', cause: 'the sidecar ended without a spool, or its files were changed' },
      ],
      mitigation: [
        'Ever new values: find the metric, `topk(10, count by (__name__, job) ({job!=""}))` in Prometheus, and take the label out (the middleware\'s options `route` and `labels`).',
        'Legitimate series: raise `limits.series` and `limits.storedBytes` (some 6 KiB each) in the configuration of the sidecar, `systemctl reload outrider`.',
        'A backend that is away: bring it back; give the sidecar a spool on disk, so that it can wait for longer.',
        'A backend that refuses: its answer is in the log; mend token or address under `forward`.',
      ],
      falseAlarm:
        'Single points at the moment of a restart (`closed`), or of a test with another SDK. It has no threshold, since a sidecar that is well drops nothing.',
      settings: [],
    },
  ];
}
