import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs, sidecars } from '../variables.ts';
import { collecting } from './itself/collecting.ts';
import { footprint } from './itself/footprint.ts';
import { forwarding } from './itself/forwarding.ts';
import { receiving } from './itself/receiving.ts';
import { recorders } from './itself/recorders.ts';
import { scraping } from './itself/scraping.ts';
import { itselfStats } from './itself/stats.ts';

/** Whether what the other dashboards show is whole. */
export function itselfDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-itself',
    title: 'Outrider / Outrider itself',
    description: 'Whether what the other dashboards show is whole.',
    variables: [sidecars(config), jobs(config), instances(config)],
    rows: [
      itselfStats(config),
      receiving(config),
      scraping(config),
      recorders(config),
      collecting(config),
      forwarding(config),
      footprint(config),
    ],
  };
}
