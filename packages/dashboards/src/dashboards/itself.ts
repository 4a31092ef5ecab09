import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { sidecars } from '../variables.ts';

/** Whether what the other dashboards show is whole. */
export function itselfDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-itself',
    title: 'Outrider / Outrider itself',
    description: 'Whether what the other dashboards show is whole.',
    variables: [sidecars(config)],
    rows: [],
  };
}
