import type { DashboardConfig } from '../config.ts';
import { availabilityRunbooks } from './availability.ts';
import { budgetRunbooks } from './error-budget.ts';
import { hostRunbooks } from './hosts.ts';
import { memoryRunbooks } from './memory.ts';
import { poolAndCacheRunbooks } from './pools-and-caches.ts';
import { processRunbooks } from './processes.ts';
import { regressionRunbooks } from './regressions.ts';
import { requestRunbooks } from './requests.ts';
import type { Theme } from './runbook.ts';
import { trafficRunbooks } from './traffic.ts';

/** Every runbook, by theme. */
export function allRunbooks(config: DashboardConfig): readonly Theme[] {
  return [
    { id: 100, title: 'Hosts and containers', runbooks: hostRunbooks(config) },
    { id: 101, title: 'Latency and errors', runbooks: requestRunbooks(config) },
    { id: 102, title: 'Traffic', runbooks: trafficRunbooks(config) },
    { id: 103, title: 'Connection pools and caches', runbooks: poolAndCacheRunbooks(config) },
    { id: 104, title: 'Processes', runbooks: [...memoryRunbooks(config), ...processRunbooks(config)] },
    { id: 105, title: 'Regressions', runbooks: regressionRunbooks(config) },
    { id: 106, title: 'Error budget', runbooks: budgetRunbooks(config) },
    { id: 107, title: 'Availability', runbooks: availabilityRunbooks(config) },
  ];
}
