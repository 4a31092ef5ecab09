import { regressionMarks, releaseMarks } from '../annotations.ts';
import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { baselines, instances, jobs, releases, routes } from '../variables.ts';
import { courses } from './regression/courses.ts';
import { glance } from './regression/glance.ts';
import { movedAlong } from './regression/moved-along.ts';
import { rollout } from './regression/rollout.ts';
import { againstBaseline, againstRelease } from './regression/routes.ts';

/** What got slower, since when, and since which release. */
export function regressionDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-regression',
    title: 'Outrider / Regression',
    description: 'What got slower, since when, since which release, and how sure that is.',
    variables: [jobs(config), instances(config), routes(config), releases(config), baselines],
    annotations: [releaseMarks(config), regressionMarks],
    timeRange: '6h',
    rows: [
      { panels: [...glance(config), ...courses(config)] },
      { id: 100, title: 'Which routes', panels: [againstBaseline(config)] },
      { id: 101, title: 'Which release', panels: [againstRelease(config), ...rollout(config)] },
      { id: 102, title: 'What else moved with it', panels: movedAlong(config) },
    ],
  };
}
