import type { Mutation } from './mutation.ts';
import { dashboard, first, open, panel, query, rewrite, rule, variable } from './mutation.ts';
import { panelsOf, targetsOf } from './bundle.ts';

/** Faults in queries and rules. */
export const queryMutations: readonly Mutation[] = [
  // Names
  {
    name: 'a metric is renamed in a panel',
    spoil: (all) => rewrite(all, /http_server_request_duration_seconds_count/, 'http_server_request_duration_count'),
    found: 'namesAreKnown',
  },
  {
    name: 'a metric is renamed in a rule',
    spoil: (all) => {
      rule(all, 'MemoryHigh').expr = rule(all, 'MemoryHigh').expr.replace('_ratio', '_percent');
    },
    found: 'namesAreKnown',
  },
  {
    name: 'a recorded series is renamed where it is recorded',
    spoil: (all) => {
      rule(all, 'job_route:http_server_request_duration_seconds_count:rate5m').record = 'job_route:requests:rate5m';
    },
    found: 'namesAreKnown',
  },
  {
    name: 'a metric is renamed in what the text of an alert asks for',
    spoil: (all) => {
      const texts = open(rule(all, 'ErrorRateHigh').annotations);
      texts['description'] = String(texts['description']).replaceAll('_request_errors:', '_requests_failed:');
    },
    found: 'namesAreKnown',
  },
  {
    name: 'a matcher has a label that the metric does not have',
    spoil: (all) => rewrite(all, /cache_result=/, 'cache_outcome='),
    found: 'namesAreKnown',
  },
  {
    name: 'a grouping has a label that the metric does not have',
    spoil: (all) => rewrite(all, /by \(job/, 'by (service, job'),
    found: 'namesAreKnown',
  },
  {
    name: 'one side of a division loses a label',
    spoil: (all) => rewrite(all, /^(?<head>.*\/ sum by \()job, /, '$<head>'),
    found: 'namesAreKnown',
  },
  {
    name: 'a bound that the histogram does not have',
    spoil: (all) => rewrite(all, /le="0\.15"/, 'le="0.16"'),
    found: 'namesAreKnown',
  },
  {
    name: 'a bound in one spelling',
    spoil: (all) => rewrite(all, /le=~"3\(\[\.\]0\)\?"/, 'le="3"'),
    found: 'namesAreKnown',
  },
  {
    name: 'a variable asks for a label that the series does not have',
    spoil: (all) => {
      const of = variable(all, 'job');
      of.query = { ...open(of.query), query: String(open(of.query)['query']).replace(', job)', ', service)') };
    },
    found: 'namesAreKnown',
  },
  {
    name: 'a metric is in no panel any more',
    spoil: (all) => {
      for (const one of all.v1.flatMap(panelsOf))
        one.targets = targetsOf(one).filter(({ expr }) => !expr.includes('cache_evictions_total'));
    },
    found: 'metricsAreShown',
  },
  // PromQL
  {
    name: 'a bracket is missing',
    spoil: (all) => {
      query(all, /\)$/).expr = query(all, /\)$/).expr.slice(0, -1);
    },
    found: 'prometheusParses',
  },
  {
    name: 'an offset where only Prometheus refuses it',
    spoil: (all) => {
      query(all, /^sum by/).expr = 'rate(http_server_request_duration_seconds_count[5m]) offset 1d';
    },
    found: 'prometheusParses',
  },
  {
    name: 'a rule is no PromQL',
    spoil: (all) => {
      rule(all, 'MemoryHigh').expr += ')';
    },
    found: 'prometheusParses',
  },
  {
    name: 'a counter without a rate',
    spoil: (all) => rewrite(all, /rate\((?<series>\w+_total\{[^}]*\})\[\$__rate_interval\]\)/, '$<series>'),
    found: 'promqlMakesSense',
  },
  {
    name: 'the count of a histogram without a rate',
    spoil: (all) => rewrite(all, /rate\((?<series>\w+_count\{[^}]*\})\[\$__rate_interval\]\)/, '$<series>'),
    found: 'promqlMakesSense',
  },
  {
    name: 'the rate of a gauge',
    spoil: (all) => rewrite(all, /process_memory_usage_bytes\{[^}]*\}/, 'rate($&[$__rate_interval])'),
    found: 'promqlMakesSense',
  },
  {
    name: 'the difference of a counter',
    spoil: (all) => rewrite(all, /rate\(/, 'delta('),
    found: 'promqlMakesSense',
  },
  {
    name: 'the rate of a sum',
    spoil: (all) => rewrite(all, /rate\((?<series>\w+\{[^}]*\})\[\$__rate_interval\]\)/, 'rate(sum($<series>)[5m:])'),
    found: 'promqlMakesSense',
  },
  {
    name: 'a window of fewer than four scrapes',
    spoil: (all) => rewrite(all, /\[\$__rate_interval\]/, '[30s]'),
    found: 'promqlMakesSense',
  },
  {
    name: 'a quantile without le',
    spoil: (all) =>
      rewrite(
        all,
        /histogram_quantile\((?<q>[\d.]+), sum by \((?<by>.*?),? ?le\)/,
        'histogram_quantile($<q>, sum by ($<by>)',
      ),
    found: 'promqlMakesSense',
  },
  {
    name: 'an average of quantiles',
    spoil: (all) => rewrite(all, /^histogram_quantile\(.*$/, 'avg($&)'),
    found: 'promqlMakesSense',
  },
  {
    name: 'an average of percentiles that were measured',
    spoil: (all) => {
      query(all, /./).expr = 'avg(nodejs_eventloop_delay_p99_seconds{job=~"$job",instance=~"$instance"})';
    },
    found: 'promqlMakesSense',
  },
  {
    name: 'a denominator that is filled with zeros',
    spoil: (all) => rewrite(all, /^(?<share>\(sum by .*?\)) \/ (?<of>sum by \(.*)$/, '$<share> / ($<of> or vector(0))'),
    found: 'promqlMakesSense',
  },
  {
    name: 'a baseline that is older than what is kept',
    spoil: (all) => {
      const of = rule(all, 'job_route:http_server_request_duration_seconds_count:baseline_7d');
      of.expr = of.expr.replace('167h30m', '60d');
    },
    found: 'promqlMakesSense',
  },
  // Rules
  {
    name: 'a text names a label that the expression drops',
    spoil: (all) => {
      rule(all, 'ErrorRateHigh').annotations = {
        ...rule(all, 'ErrorRateHigh').annotations,
        summary: '{{ $labels.instance }}',
      };
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert loses a label that its text names',
    spoil: (all) => {
      const of = rule(all, 'CacheErrors');
      of.expr = of.expr.replace('by (job, cache_name)', 'by (job)');
    },
    found: 'rulesAreSound',
  },
  {
    name: 'neither side of an alert has the label that its text asks for any more',
    spoil: (all) => {
      const of = rule(all, 'EventLoopBlocked');
      of.expr = of.expr.replace('by (job, instance, worker)', 'by (job, instance)');
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert without a comparison',
    spoil: (all) => {
      rule(all, 'MemoryHigh').expr = rule(all, 'MemoryHigh').expr.replace(/ > .*$/, '');
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert on topk',
    spoil: (all) => {
      rule(all, 'MemoryHigh').expr = `topk(1, ${rule(all, 'MemoryHigh').expr})`;
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert on absence at once',
    spoil: (all) => {
      Object.assign(rule(all, 'MemoryHigh'), { expr: 'absent(up) > 0', for: '0m' });
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert without severity',
    spoil: (all) => {
      delete open(rule(all, 'CpuHigh').labels)['severity'];
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert without a description',
    spoil: (all) => {
      delete open(rule(all, 'CpuHigh').annotations)['description'];
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert is there twice',
    spoil: ({ groups }) => {
      const { rules } = first(groups, ({ name }) => name === 'outrider-host-alerts');
      rules.push(first(rules));
    },
    found: 'rulesAreSound',
  },
  {
    name: 'rules that are evaluated too seldom',
    spoil: ({ groups }) => {
      first(groups).interval = '10m';
    },
    found: 'rulesAreSound',
  },
  {
    name: 'an alert that leads to no dashboard',
    spoil: (all) => {
      open(rule(all, 'CpuHigh').annotations)['dashboard_url'] = 'http://localhost:3000/d/outrider-cpu';
    },
    found: 'linksLeadSomewhere',
  },
  {
    name: 'an alert that leads to no runbook',
    spoil: (all) => {
      open(rule(all, 'CpuHigh').annotations)['runbook_url'] = 'http://localhost:3000/d/outrider-run-books';
    },
    found: 'linksLeadSomewhere',
  },
  // Thresholds
  {
    name: 'the threshold of an alert moves',
    spoil: (all) => {
      rule(all, 'CpuHigh').expr = rule(all, 'CpuHigh').expr.replace('> 0.8', '> 0.85');
    },
    found: 'marksAreThresholds',
  },
  {
    name: 'the mark of a panel moves',
    spoil: (all) => {
      const of = panel(all, ({ fieldConfig }) =>
        (fieldConfig?.defaults.thresholds?.steps ?? []).some(({ value }) => value === 0.15),
      );
      first(of.fieldConfig?.defaults.thresholds?.steps ?? [], ({ value }) => value === 0.15).value = 0.16;
    },
    found: 'marksAreThresholds',
  },
  {
    name: 'a threshold loses its mark',
    spoil: (all) => {
      for (const one of panelsOf(dashboard(all, 'outrider-cache'))) delete one.fieldConfig?.defaults.thresholds;
    },
    found: 'marksAreThresholds',
  },
  {
    name: 'a threshold is no bound of the histogram',
    spoil: (all) => {
      all.config = { ...all.config, latencyBoundsS: all.config.latencyBoundsS.filter((bound) => bound !== 3) };
    },
    found: 'marksAreThresholds',
  },
];
