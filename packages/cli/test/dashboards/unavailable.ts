import { existsSync } from 'node:fs';
import { LimitedCgroup } from '../acceptance/limited-cgroup.ts';
import { noContainers } from './live-stage.ts';

const NO_PRESSURE = existsSync('/proc/pressure/cpu') ? undefined : 'the kernel tells no pressure';
const NO_PRESSURE_OF_CONTAINERS = noContainers ?? (await whyNoPressureOfContainers());

const NAME = /\b[a-z]+_\w+/g;

/** Why this machine cannot have a metric, by the name that Prometheus has for it; undefined if it can. */
export function whyUnavailable(name: string): string | undefined {
  if (name.startsWith('container_')) return noContainers;
  return name.startsWith('system_linux_pressure_') ? NO_PRESSURE : undefined;
}

/** Whether a query asks for what this machine cannot have. */
export function asksForUnavailable(expr: string): boolean {
  if (expr.includes('scope="cgroup"') && NO_PRESSURE_OF_CONTAINERS !== undefined) return true;
  return [...expr.matchAll(NAME)].some(([name]) => whyUnavailable(name) !== undefined);
}

async function whyNoPressureOfContainers(): Promise<string | undefined> {
  const cgroup = LimitedCgroup.make();
  await cgroup.remove();
  return cgroup.hasPressure ? undefined : 'only cgroups of version 2 tell their pressure';
}
