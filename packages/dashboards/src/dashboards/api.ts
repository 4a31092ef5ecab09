import { releaseMarks } from '../annotations.ts';
import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs, releases, routes } from '../variables.ts';
import { bodies } from './api/bodies.ts';
import { endings } from './api/endings.ts';
import { glance } from './api/glance.ts';
import { latencies } from './api/latency.ts';
import { outgoing } from './api/outgoing.ts';
import { slowestRoutes } from './api/routes.ts';
import { streams } from './api/streams.ts';
import { traffic } from './api/traffic.ts';

const DURATION = 'http.server.request.duration';

/** Requests of the applications: how many, how fast, how many fail. */
export function apiDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-api',
    title: 'Outrider / API performance',
    description: 'Requests of the applications: how many, how fast, how many fail.',
    variables: [jobs(config, DURATION), instances(config, DURATION), routes(config), releases(config)],
    annotations: [releaseMarks(config)],
    rows: [
      glance(config),
      traffic(config),
      latencies(config),
      slowestRoutes(config),
      endings(config),
      outgoing(config),
      bodies(config),
      streams(config),
    ],
  };
}
