import { interpolate } from '../../dist/interpolate.js';
import { instant, labelValues, range } from './prometheus.mjs';
import { tableOf } from './table.mjs';

const POINTS = 240;
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A dashboard of schema v1 with what its queries answer, as Grafana would ask them. */
export async function loadDashboard(dashboard, parameters) {
  const to = Math.floor(Date.now() / 1000);
  const rangeS = seconds(parameters.get('from') ?? dashboard.time.from.replace('now-', ''));
  const chosen = Map.groupBy(
    parameters.getAll('var').map((pair) => pair.split('=')),
    ([name]) => name,
  );
  const variables = {};
  for (const variable of dashboard.templating.list) {
    const given = chosen.get(variable.name)?.map(([, value]) => value);
    variables[variable.name] = given ?? (await valueOf(variable, variables, { from: to - rangeS, to, rangeS }));
  }
  const panels = dashboard.panels.flatMap((panel) => (panel.collapsed ? [panel, ...panel.panels] : [panel]));
  const answered = [];
  for (const panel of panels) {
    const given = await answers(panel, variables, { to, rangeS });
    answered.push({ panel, answers: given, table: panel.type === 'table' ? await tableOf(panel, given) : undefined });
  }
  const events = [];
  for (const annotation of dashboard.annotations.list) {
    if (annotation.expr !== undefined) events.push(...(await marks(annotation, variables, { to, rangeS })));
  }
  return { dashboard, variables, panels: answered, events, time: { from: to - rangeS, to } };
}

/** Where the samples of an annotation's query are on the time axis. */
async function marks({ name, expr, step, iconColor, useValueForTime }, variables, { to, rangeS }) {
  const scrapeIntervalS = seconds(step);
  const stepS = Math.max(scrapeIntervalS, Math.ceil(rangeS / POINTS));
  try {
    const series = await range(interpolate(expr, { variables, scrapeIntervalS, stepS, rangeS }), {
      from: to - rangeS,
      to,
      stepS,
    });
    const spans = series.flatMap(({ values }) =>
      useValueForTime ? values.map(([, value]) => ({ at: value / 1000 })) : runs(values, stepS),
    );
    const unique = new Map(spans.map((span) => [`${span.at} ${span.end}`, span]));
    return [...unique.values()].filter(({ at }) => at > to - rangeS).map((span) => ({ ...span, colour: iconColor }));
  } catch (error) {
    globalThis.problems.push(`annotation ${name}: ${error.message}`);
    return [];
  }
}

/** Samples one step apart are one event that lasts, as in Grafana. */
function runs(values, stepS) {
  const all = [];
  for (const [at] of values) {
    const last = all.at(-1);
    if (last !== undefined && at - last.end <= stepS) last.end = at;
    else all.push({ at, end: at });
  }
  return all;
}

async function valueOf(variable, variables, time) {
  if (variable.type === 'datasource') return 'preview';
  if (variable.type === 'custom') return variable.current.value;
  if (variable.includeAll) return variable.allValue;
  const [, of, label] = /^label_values\((.*), (\w+)\)$/s.exec(variable.query.query);
  const values = await labelValues(label, interpolate(of, { variables, scrapeIntervalS: 1, stepS: 1, ...time }), time);
  return values[0] ?? '';
}

async function answers({ title, targets = [] }, variables, { to, rangeS }) {
  const all = [];
  for (const target of targets) {
    const scrapeIntervalS = seconds(target.interval);
    const stepS = Math.max(scrapeIntervalS, Math.ceil(rangeS / POINTS));
    const expr = interpolate(target.expr, { variables, scrapeIntervalS, stepS, rangeS });
    try {
      const series = target.instant ? await instant(expr, to) : await range(expr, { from: to - rangeS, to, stepS });
      if (series.length === 0) globalThis.problems.push(`${title}: no data for ${target.refId}`);
      all.push({ target, stepS, series });
    } catch (error) {
      globalThis.problems.push(`${title}: ${error.message}`);
      all.push({ target, stepS, series: [], error: error.message });
    }
  }
  return all;
}

function seconds(duration) {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(duration);
  return Number(count) * UNITS[unit];
}
