import { releaseMarks } from '../annotations.ts';
import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { instances, jobs, sidecars } from '../variables.ts';
import { causes } from './system/causes.ts';
import { containers } from './system/containers.ts';
import { devices } from './system/devices.ts';
import { hosts } from './system/hosts.ts';
import { processes } from './system/processes.ts';
import { runtime } from './system/runtime.ts';
import { systemStats } from './system/stats.ts';

/** Hosts, containers and the processes of the applications. */
export function systemDashboard(config: DashboardConfig): Dashboard {
  return {
    uid: 'outrider-system',
    title: 'Outrider / System health',
    description: 'Hosts, containers and the processes of the applications.',
    variables: [jobs(config), instances(config), sidecars(config)],
    annotations: [releaseMarks(config)],
    rows: [
      systemStats(config),
      causes(config),
      processes(config),
      containers(config),
      hosts(config),
      devices(config),
      runtime(config),
    ],
  };
}
