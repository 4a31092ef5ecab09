import { catalogue } from '@outrider/core/catalogue';
import type { Metric } from '../metric.ts';
import type { Snapshot } from '../snapshot.ts';
import { Exposition } from './exposition.ts';
import type { BaseLabels } from './label-set.ts';
import { plainText } from './outlet.ts';
import type { OutletFactory } from './outlet.ts';

// A sender that makes up names must not be able to fill the log with them.
const LOGGED_OMISSIONS = 100;

/**
 * `/metrics`: everything of the host, of the applications and of the sidecar itself in the Prometheus text format.
 *
 * Written once a snapshot and kept until the next, however many read it. 503 if nothing in it is fresh, so that a
 * sidecar that measures nothing is seen as down and not as a flat line.
 */
export const prometheusOutlet: OutletFactory = ({ log, clock, onExposition }) => {
  const logged = new Set<string>();
  let written: { readonly from: Snapshot; readonly text: string } | undefined;

  const write = (snapshot: Snapshot): string => {
    const start = clock();
    const exposition = new Exposition((name, reason) => {
      const omission = JSON.stringify([name, reason]);
      if (logged.has(omission) || logged.size >= LOGGED_OMISSIONS) return;
      logged.add(omission);
      log('warn', 'left out of /metrics', { metric: name, reason });
    });
    // What the sidecar says itself comes first: of two that want one name, the first has it.
    for (const metric of [...snapshot.host.metrics, ...snapshot.own]) exposition.add(metric, []);
    for (const { service, worker, metrics } of snapshot.store.sessions) {
      const base: BaseLabels = [
        ['instance', snapshot.instance],
        ['job', service],
        ['worker', String(worker)],
      ];
      for (const metric of metrics) exposition.add(routed(metric), base);
    }
    const text = exposition.text();
    onExposition({ seconds: (clock() - start) / 1000, bytes: Buffer.byteLength(text) });
    return text;
  };

  return {
    description: 'all metrics for Prometheus',
    answer: (snapshot) => {
      if (!snapshot.fresh) {
        return plainText(503, 'Nothing here is fresh: no collection ended lately and no process is pushing.\n');
      }
      if (written?.from !== snapshot) written = { from: snapshot, text: write(snapshot) };
      return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: written.text };
    },
  };
};

// OpenTelemetry leaves http.route out of a request that matched none; on a dashboard the absence of a label is easily
// overlooked.
function routed(metric: Metric): Metric {
  if (!metric.name.startsWith('http.server.')) return metric;
  if (catalogue.get(metric.name)?.attributes.includes('http.route') !== true) return metric;
  switch (metric.kind) {
    case 'histogram':
      return { ...metric, points: metric.points.map(withRoute) };
    case 'summary':
      return { ...metric, points: metric.points.map(withRoute) };
    case 'exponential_histogram':
      return { ...metric, points: metric.points.map(withRoute) };
    default:
      return { ...metric, points: metric.points.map(withRoute) };
  }
}

function withRoute<Point extends Metric['points'][number]>(point: Point): Point {
  // What overflowed the budget did match a route, or not: it is not known any more.
  if (point.attributes.some(([name]) => name === 'http.route' || name === 'otel.metric.overflow')) return point;
  return { ...point, attributes: [...point.attributes, ['http.route', 'unmatched']] };
}
