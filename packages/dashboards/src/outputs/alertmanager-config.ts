import { yamlExample } from './yaml-file.ts';

/** An example for Alertmanager: grouping, routes and inhibition for the labels that the alerts have. */
export function alertmanagerConfig(): string {
  return yamlExample(`# Its receivers send nothing yet: alerts are shown at Alertmanager's own page. Give each a way to reach somebody, see
# https://prometheus.io/docs/alerting/latest/configuration/#receiver
route:
  # One notification for all that an application, or the hosts, have about one thing.
  group_by: [job, signal]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 12h
  receiver: tickets
  routes:
    - matchers: [severity="critical"]
      receiver: page
      group_wait: 10s
      repeat_interval: 1h
    - matchers: [severity="info"]
      receiver: log
      repeat_interval: 1d
    # It was better before: for whoever released something.
    - matchers: [kind="regression"]
      receiver: releases

inhibit_rules:
  # What is critical says what a warning about the same thing says. Not a regression, which names the cause. A label that
  # both lack counts as equal, and so an application's alert mutes those of its routes; alerts without a signal are
  # those of others, and left alone: https://github.com/prometheus/alertmanager/issues/1727
  - source_matchers: [severity="critical"]
    target_matchers: [severity=~"warning|info", signal=~".+", kind!="regression"]
    equal: [job, instance, signal]
  # A sidecar that is not seen: what it said last about its host and the servers that it watches is old.
  - source_matchers: [alertname="TargetMissing"]
    target_matchers: [alertname!="TargetMissing", signal=~".+", instance=~".+"]
    equal: [job, instance]
  # An application that is not there serves no requests.
  - source_matchers: [alertname="ApplicationMissing"]
    target_matchers: [signal="traffic"]
    equal: [job]

# Alertmanager routes by labels. What an alert suggests to do (page, ticket, scale, restart, rollback, look) is an
# annotation, so that it tells no alerts apart: webhooks get it as alerts[].annotations.action, templates as
# .CommonAnnotations.action.
receivers:
  - name: page
  - name: tickets
  - name: releases
  - name: log
`);
}
