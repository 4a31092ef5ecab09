import type { AlertCase } from './alert-case.ts';
import { availabilityCases } from './availability-cases.ts';
import { hostCases } from './host-cases.ts';
import { regressionCases } from './regression-cases.ts';
import { requestCases } from './request-cases.ts';
import { resourceCases } from './resource-cases.ts';
import { sloCases } from './slo-cases.ts';

/** Every proof of every alert. */
export const allCases: readonly AlertCase[] = [
  ...hostCases,
  ...requestCases,
  ...resourceCases,
  ...regressionCases,
  ...sloCases,
  ...availabilityCases,
];
