/** A stretch of a series: what it gains a minute (counters) or what it is (gauges), and for how many minutes. */
export type Stretch = readonly [value: number, minutes: number];

/** Samples of a counter, one a minute, as promtool's tests write them; it begins at 0. */
export function counter(...stretches: readonly Stretch[]): string {
  let value = 0;
  const samples: number[] = [value];
  for (const [gain, minutes] of stretches) {
    for (let minute = 0; minute < minutes; minute += 1) samples.push((value = Number((value + gain).toFixed(6))));
  }
  return samples.join(' ');
}

/** A counter whose process was restarted in the middle of it: it begins anew at 0. */
export function restarted(...stretches: readonly Stretch[]): string {
  const samples = counter(...stretches)
    .split(' ')
    .map(Number);
  const middle = Math.floor(samples.length / 2);
  const lost = samples[middle] ?? 0;
  return samples.map((sample, at) => (at < middle ? sample : Number((sample - lost).toFixed(6)))).join(' ');
}

/** Samples of a gauge, one a minute. */
export function gauge(...stretches: readonly Stretch[]): string {
  return stretches.flatMap(([value, minutes]) => Array.from({ length: minutes }, () => value)).join(' ');
}
