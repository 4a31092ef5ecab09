/** One value each: `{ labels, values: [[seconds, number]] }`. */
export async function instant(query, time) {
  const { result, resultType } = await ask('query', { query, time });
  if (resultType === 'scalar') return [{ labels: {}, values: [point(result)] }];
  return result.map(({ metric, value }) => ({ labels: metric, values: [point(value)] }));
}

/** Values over time. */
export async function range(query, { from, to, stepS }) {
  // On multiples of the step, as Grafana asks.
  const start = Math.floor(from / stepS) * stepS;
  const { result } = await ask('query_range', { query, start, end: Math.floor(to / stepS) * stepS, step: stepS });
  return result.map(({ metric, values }) => ({ labels: metric, values: values.map(point) }));
}

export function labelValues(label, match, { from, to }) {
  return ask(`label/${label}/values`, { 'match[]': match, start: from, end: to });
}

async function ask(path, parameters) {
  const response = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { data, error } = await response.json();
  if (!response.ok) throw new Error(error);
  return data;
}

function point([time, value]) {
  return [time, value === 'NaN' ? NaN : Number(value.replace('Inf', 'Infinity'))];
}
