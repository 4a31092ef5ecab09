import { schemasAgree } from './both-schemas-check.ts';
import type { Check } from './bundle.ts';
import {
  legendsHaveLabels,
  legendsLeaveRoom,
  seriesAreToldApart,
  stacksAddUp,
  tablesHaveColumns,
  titlesFit,
  unitsFit,
} from './display-check.ts';
import { gridIsFilled } from './grid-check.ts';
import { everythingIsDescribed, identitiesAreUnique } from './identity-check.ts';
import { linksLeadSomewhere } from './links-check.ts';
import { metricsAreShown, namesAreKnown } from './names-check.ts';
import { prometheusParses } from './prometheus-check.ts';
import { promqlMakesSense } from './promql-check.ts';
import { queriesAreUsual } from './queries-check.ts';
import { rulesAreSound } from './rules-check.ts';
import { schemaV1Holds, schemaV2Holds } from './schema-check.ts';
import { marksAreThresholds } from './thresholds-check.ts';
import {
  datasourceIsChosen,
  multipleValuesAreMatched,
  variablesAreDefinedAndUsed,
  variablesAreUsual,
} from './variables-check.ts';

/** Everything that can be said of the generated files without running them. */
export const checks = {
  schemaV1Holds,
  schemaV2Holds,
  schemasAgree,
  identitiesAreUnique,
  everythingIsDescribed,
  gridIsFilled,
  variablesAreDefinedAndUsed,
  variablesAreUsual,
  multipleValuesAreMatched,
  datasourceIsChosen,
  prometheusParses,
  promqlMakesSense,
  namesAreKnown,
  metricsAreShown,
  queriesAreUsual,
  unitsFit,
  titlesFit,
  legendsHaveLabels,
  legendsLeaveRoom,
  seriesAreToldApart,
  stacksAddUp,
  tablesHaveColumns,
  linksLeadSomewhere,
  marksAreThresholds,
  rulesAreSound,
} as const satisfies Readonly<Record<string, Check>>;

/** The name of a check. */
export type CheckName = keyof typeof checks;
