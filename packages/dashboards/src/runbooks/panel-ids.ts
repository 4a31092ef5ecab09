/** The panels of the dashboard of runbooks, by alert. They are for good: notifications that were sent lead there. */
export const RUNBOOK_PANELS = {
  CpuHigh: 1,
  CpuCritical: 2,
  MemoryHigh: 3,
  ContainerThrottled: 4,
  LatencyP95Warn: 5,
  LatencyP95High: 6,
  SlowRequests: 7,
  ErrorRateHigh: 8,
  ThroughputLow: 9,
  ThroughputRegression: 10,
  DbPoolExhausted: 11,
  CacheHitRateLow: 12,
  CacheErrors: 13,
  MemoryGrowth: 14,
  MemoryJump: 15,
  EventLoopBlocked: 16,
  LatencyRegression: 17,
  ReleaseRegression: 18,
  ErrorBudgetBurnPage: 19,
  ErrorBudgetBurnTicket: 20,
  TargetMissing: 21,
  ServerDown: 22,
  WorkerCrashed: 23,
  WorkerOutOfMemory: 24,
  OutriderDropsSamples: 25,
  ContainerMemoryHigh: 26,
  ApplicationMissing: 27,
} as const;

/** The name of an alert that has a runbook. */
export type AlertName = keyof typeof RUNBOOK_PANELS;

/** The uid of the dashboard that holds the runbooks. */
export const RUNBOOKS_UID = 'outrider-runbooks';

/** Whether there is a runbook of an alert. */
export function hasRunbook(alert: string): alert is AlertName {
  return Object.hasOwn(RUNBOOK_PANELS, alert);
}

/**
 * Where a panel is shown alone, behind what dashboards are put behind. By the number alone, which every Grafana since 7
 * takes; later ones write `panel-<id>` themselves.
 *
 * @example panelPath('outrider-api', 21) // 'outrider-api?viewPanel=21'
 */
export function panelPath(dashboard: string, panel: number): string {
  return `${dashboard}?viewPanel=${panel}`;
}

/**
 * Where the runbook of an alert is in Grafana, behind what dashboards are put behind.
 *
 * @throws {Error} if it has none
 */
export function runbookPath(alert: string): string {
  if (!hasRunbook(alert)) throw new Error(`${alert} has no runbook`);
  return panelPath(RUNBOOKS_UID, RUNBOOK_PANELS[alert]);
}
