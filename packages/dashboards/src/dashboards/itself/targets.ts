import type { DashboardConfig } from '../../config.ts';
import { choosing, selector } from '../../series.ts';

/** What Prometheus itself writes about the targets that are sidecars, such as `up`. */
export function targets(
  config: DashboardConfig,
  name: 'up' | 'scrape_duration_seconds' | 'scrape_samples_scraped',
): string {
  return `${name}${selector(choosing(config.hosts, { instance: '=~"$host"' }))}`;
}
