import { catalogue } from '@outrider/core/whole-catalogue';
import type { Metric } from '../metric.ts';
import type { Snapshot } from '../snapshot.ts';
import { Exposition } from './exposition.ts';
import type { OmissionReason, OnOmission } from './exposition.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import type { BaseLabels } from './label-set.ts';
import { negotiateFormat } from './negotiate-format.ts';
import { OncePerSnapshot } from './once-per-snapshot.ts';
import { openMetricsFormat } from './open-metrics-format.ts';
import { plainText } from './outlet.ts';
import type { Answer, OutletContext, OutletFactory } from './outlet.ts';
import { Stretches } from './stretches.ts';
import { textFormat } from './text-format.ts';

// A sender that makes up names must not be able to fill the log with them.
const LOGGED_OMISSIONS = 100;

/**
 * `/metrics`: everything of the host, of the applications and of the sidecar itself, in the Prometheus text format or in
 * OpenMetrics, whichever the reader prefers.
 *
 * Written once a snapshot and format, however many read it, and kept until a later snapshot is read. 503 if nothing in it
 * is fresh, so that a sidecar that measures nothing is seen as down and not as a flat line.
 */
export const prometheusOutlet: OutletFactory<Promise<Answer>> = (context) => {
  const onOmission = omissionLog(context);
  const written = new Map(
    [textFormat, openMetricsFormat].map((format) => [
      format,
      new OncePerSnapshot((snapshot) => write(snapshot, format, onOmission, context)),
    ]),
  );
  return {
    description: 'all metrics for Prometheus, as text or OpenMetrics',
    async answer(snapshot, { accept }) {
      if (!snapshot.fresh) {
        return plainText(503, 'Nothing here is fresh: no collection ended lately and no process is pushing.\n');
      }
      // Who read the other format may never come again.
      for (const each of written.values()) each.forgetBut(snapshot);
      const format = negotiateFormat(accept);
      const body = await written.get(format)!.of(snapshot);
      return { status: 200, contentType: format.contentType, body, vary: 'Accept' };
    },
  };
};

async function write(
  snapshot: Snapshot,
  format: ExpositionFormat,
  onOmission: OnOmission,
  { clock, onExposition }: OutletContext,
): Promise<Buffer> {
  const stretches = new Stretches(clock);
  const omitted = new Map<OmissionReason, number>();
  const exposition = expositionOf(snapshot, (name, reason, points) => {
    omitted.set(reason, (omitted.get(reason) ?? 0) + points);
    onOmission(name, reason, points);
  });
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const text of exposition.write(format)) {
    const piece = Buffer.from(text);
    pieces.push(piece);
    bytes += piece.length;
    await stretches.rest();
  }
  const body = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const piece of pieces) {
    at += piece.copy(body, at);
    await stretches.rest();
  }
  onExposition({ seconds: stretches.spent() / 1000, bytes, omitted });
  return body;
}

function expositionOf(snapshot: Snapshot, onOmission: OnOmission): Exposition {
  const exposition = new Exposition(onOmission);
  // What the sidecar says itself comes first: of two that want one name, the first has it.
  for (const metric of [...snapshot.host.metrics, ...snapshot.own]) exposition.add(metric);
  for (const { service, metrics } of snapshot.store.services) {
    const base: BaseLabels = [
      ['instance', snapshot.instance],
      ['job', service],
    ];
    for (const metric of metrics) exposition.add(metric, base);
  }
  for (const { service, worker, metrics } of snapshot.store.sessions) {
    const base: BaseLabels = [
      ['instance', snapshot.instance],
      ['job', service],
      ['worker', String(worker)],
    ];
    for (const metric of metrics) exposition.add(routed(metric), base);
  }
  return exposition;
}

/** Logs each omission once. */
function omissionLog({ log }: OutletContext): OnOmission {
  const logged = new Set<string>();
  return (name, reason) => {
    const omission = JSON.stringify([name, reason]);
    if (logged.has(omission) || logged.size >= LOGGED_OMISSIONS) return;
    logged.add(omission);
    log('warn', 'left out of /metrics', { metric: name, reason });
  };
}

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
