/** Metrics of the catalogue that /metrics cannot have, by OpenTelemetry name, each with the reason. */
export const notExposed: Readonly<Record<string, string>> = {
  'outrider.route.duration': 'exponential histograms are pushed: the text format has no room for them',
};

/** What of /metrics is the applications' own. */
export const OWN_OF_APPLICATIONS: RegExp = /^(?:shop|work)_/;

/** Series that Prometheus makes itself. */
export const OWN_OF_PROMETHEUS: ReadonlySet<string> = new Set([
  'up',
  'ALERTS',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
]);

/** Why a query may find nothing although all is well, each with what on the stage makes it find something. */
export const emptyIsHealthy: Readonly<Record<string, string>> = {
  'a callback is counted from its first error on': 'labels of every request that throw',
  'a fresh installation has no history of a day or a week': 'a past that Prometheus is given',
  'a pool that keeps its connections opens none': 'a pool of a server that nobody runs',
  'a process has to run for an hour': 'a past that Prometheus is given',
  'a server without a key has no database': 'traffic',
  'an alert fires only when something got worse': 'a locked table in the second release',
  'an alert fires only when something is wrong': 'errors and slow requests',
  'it lasts for ever while nothing fails; once it is overdrawn there is nothing to last': 'errors after a calm past',
  'no query has failed': 'a query of a table that is not there',
  'no query was slow': 'queries that sleep',
  'no request was bad': 'routes that fail, and slow ones',
  'no task waits': 'a queue of jobs',
  'only a backend with a spool has it': 'a backend with a spool',
  'only a database with keys that expire has one': 'keys that expire',
  'only a database with max_db_connections has one': 'a database with it',
  'only a server with maxmemory has one': 'a server with it',
  'only a server with replicas has any': 'a standby',
  'only a server with replicas that were written to has any': 'a standby',
  'only a sidecar in a container with limits has it': 'a cgroup with limits',
  'only a sidecar that forwards to a backend has it': 'a backend',
  'only applications that register a thread pool have one': 'a thread pool',
  'only clients with one limit for all servers have one': 'an agent with a limit',
  'only event streams and upgraded connections are counted here, once they are over': 'event streams',
  'only some libraries count bytes': 'a cache with figures of its own',
  'only some libraries count evictions': 'a cache with figures of its own',
  'only thread pools that are registered with timings have them': 'a thread pool with timings',
  'the first release has none before it': 'a second release',
  'the root cgroup tells no CPU time': 'a cgroup with limits',
  'without a CPU limit nothing is throttled': 'a cgroup with limits',
  'without a memory limit there is none to show': 'a cgroup with limits',
};

/** Labels of the catalogue that no series of the stage has, and why. */
export const labelsNotSeen: Readonly<Record<string, string>> = {
  'http.server.stream.duration error_type': 'none of its streams breaks',
};
