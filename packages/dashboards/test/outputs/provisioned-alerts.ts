// What Grafana's file provisioning reads: https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/
// Its npm package has types for what is in a rule, and these become a schema when the tests run.
import type { Query, Rule } from '@grafana/grafana-foundation-sdk/alerting';
import type { TypeMath, TypeThreshold } from '@grafana/grafana-foundation-sdk/expr';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';

/** The file. */
export interface ProvisionedAlerts {
  apiVersion: 1;
  groups: ProvisionedGroup[];
}

interface ProvisionedGroup {
  orgId: number;
  name: string;
  folder: string;
  interval: string;
  rules: ProvisionedRule[];
}

/** A rule: as in Grafana's API, but for what the group says, and a few names. */
export interface ProvisionedRule extends Pick<
  Rule,
  'title' | 'condition' | 'noDataState' | 'execErrState' | 'for' | 'labels' | 'annotations'
> {
  uid: string;
  keepFiringFor?: string;
  missing_series_evals_to_resolve: number;
  data: ProvisionedQuery[];
}

interface ProvisionedQuery extends Pick<Query, 'relativeTimeRange'> {
  refId: string;
  datasourceUid: string;
  model: Json<Dataquery> | Json<TypeMath> | Json<TypeThreshold>;
}

type Json<Model> = Omit<Model, '_implementsDataqueryVariant'>;
