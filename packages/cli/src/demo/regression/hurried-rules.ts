const SHORT = /(\[(?:\d+h:)?)(\d+)([sm])\]/g;
const PENDING = /^( *(?:for|keep_firing_for|interval): )(\d+)([sm])$/gm;
const UPTIME = /(process_uptime_seconds(?:\{[^}]*\})? > )(\d+)/g;

/**
 * The rules with every window, step of a subquery and waiting time below an hour a fraction of what it is; baselines of a day and a week, and
 * all thresholds, are as they were.
 *
 * @param hurry how many times shorter; 1 leaves the rules as they are
 */
export function hurriedRules(rules: string, hurry: number): string {
  if (hurry === 1) return rules;
  const shorter = (count: string, unit: string): string => {
    const ms = (Number(count) * (unit === 'm' ? 60_000 : 1000)) / hurry;
    return `${Math.max(1000, Math.round(ms))}ms`;
  };
  return rules
    .replace(SHORT, (_, before: string, count: string, unit: string) => `${before}${shorter(count, unit)}]`)
    .replace(PENDING, (_, before: string, count: string, unit: string) =>
      // What has no waiting time gets none.
      count === '0' ? `${before}0s` : before + shorter(count, unit),
    )
    .replace(UPTIME, (_, before: string, seconds: string) => before + Number(seconds) / hurry);
}
