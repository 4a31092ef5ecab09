import { QueryBuilder } from '@grafana/grafana-foundation-sdk/alerting';
import { TypeMathBuilder, TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DashboardConfig } from '../config.ts';
import { ruleGroups } from '../rules/groups.ts';
import type { AlertRule, RuleGroup } from '../rules/rule.ts';
import { annotationsOf, labelsOf } from './rules-file.ts';
import { GRAFANA_FOLDER } from './grafana-provisioning.ts';
import { yamlFile } from './yaml-file.ts';

const EXPRESSION = { type: '__expr__', uid: '__expr__' } as const;
// Grafana's own; what it refuses to evaluate more often than.
const LEAST_INTERVAL_S = 10;
// Of an instant query only the end counts.
const TIME_RANGE = { from: 600, to: 0 } as const;

/** The alerts as rules that Grafana itself evaluates, for its file provisioning. */
export function grafanaAlerts(config: DashboardConfig): string {
  const groups = ruleGroups(config).flatMap((group) => groupContent(group, config));
  return yamlFile({ apiVersion: 1, groups }, [
    'The alerts of prometheus/rules/outrider.yml as rules that Grafana evaluates. It is not in grafana/provisioning, since',
    'whoever loads both is told everything twice. Put it into provisioning/alerting of a Grafana that is to alert in the',
    'place of Prometheus and Alertmanager; Prometheus must load the rule file all the same, for the recording rules that',
    'these alerts read.',
  ]);
}

function groupContent({ name, rules }: RuleGroup, config: DashboardConfig): readonly object[] {
  const alerts = rules.filter((rule): rule is AlertRule => 'alert' in rule);
  if (alerts.length === 0) return [];
  // Grafana takes multiples of its own interval only.
  const interval = Math.ceil(config.evaluationIntervalS / LEAST_INTERVAL_S) * LEAST_INTERVAL_S;
  return [
    {
      orgId: 1,
      name,
      folder: GRAFANA_FOLDER,
      interval: `${interval}s`,
      rules: alerts.map((rule) => ruleContent(rule, config)),
    },
  ];
}

function ruleContent(rule: AlertRule, config: DashboardConfig): object {
  // Rules of one name have a label that tells them apart; Grafana wants title and uid to do so as well.
  const names = [rule.alert, ...Object.values(rule.labels ?? {})];
  const annotations = Object.entries(annotationsOf(rule, config));
  return {
    uid: `outrider-${names.join('-')}`,
    title: names.join(' '),
    condition: 'C',
    data: queries(rule.expr, config),
    // As in Prometheus: no result, no alert, and one whose series is gone is over.
    noDataState: 'OK',
    execErrState: 'Error',
    missing_series_evals_to_resolve: 1,
    for: rule.for,
    ...(rule.keepFiringFor === undefined ? {} : { keepFiringFor: rule.keepFiringFor }),
    labels: labelsOf(rule),
    annotations: Object.fromEntries(annotations.map(([name, text]) => [name, template(text)])),
  };
}

/**
 * The expression (A), whether it has a result at all (B), and that as a condition (C): in Prometheus any result fires,
 * 0 as well, such as a hit rate of 0. Grafana's own import of Prometheus rules does the same.
 */
function queries(expr: string, { datasource }: DashboardConfig): unknown {
  const query = new DataqueryBuilder()
    .refId('A')
    .datasource({ type: 'prometheus', uid: datasource.uid })
    .expr(expr)
    .instant();
  const any = new TypeMathBuilder()
    .refId('B')
    .datasource({ ...EXPRESSION })
    .expression('is_number($A) || is_nan($A) || is_inf($A)');
  const fires = new TypeThresholdBuilder()
    .refId('C')
    .datasource({ ...EXPRESSION })
    .expression('B')
    .conditions([{ evaluator: { type: 'gt', params: [0] } }]);
  const built = [
    new QueryBuilder('A').datasourceUid(datasource.uid).relativeTimeRange(TIME_RANGE).model(query),
    new QueryBuilder('B').datasourceUid(EXPRESSION.uid).model(any),
    new QueryBuilder('C').datasourceUid(EXPRESSION.uid).model(fires),
  ].map((builder) => builder.build());
  // Without the functions that the SDK marks its types with.
  return JSON.parse(JSON.stringify(built));
}

/**
 * What an alert says, in Grafana's templates: its `$value` is a text about all queries. Without a dollar, which
 * provisioning takes for a variable of the environment (and, from one version to the next, escapes differently).
 */
function template(text: string): string {
  return (
    text
      // A label that there is not, such as the route of requests without one, is `<no value>` to Grafana, also in a URL.
      .replaceAll(/\{\{ \$labels\.(\w+) \| urlquery \}\}/g, '{{ with .Labels.$1 }}{{ . | urlquery }}{{ end }}')
      .replaceAll('$labels.', '.Labels.')
      .replaceAll(/\$value\b/g, '.Values.A.Value')
  );
}
