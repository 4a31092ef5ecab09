import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs } from '../variables.ts';
import { breakers } from './work/breakers.ts';
import { glance } from './work/glance.ts';
import { timedOperations } from './work/operations.ts';
import { queues } from './work/queues.ts';
import { sessions } from './work/sessions.ts';
import { threads } from './work/threads.ts';

/** Queues, breakers, timed operations, thread pools and sessions. */
export function workDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-work',
    title: 'Outrider / Queues and operations',
    description: 'Queues, breakers, timed operations, thread pools and sessions.',
    variables: [jobs(config), instances(config)],
    rows: [
      glance(config),
      queues(config),
      breakers(config),
      timedOperations(config),
      sessions(config),
      threads(config),
    ],
  };
}
