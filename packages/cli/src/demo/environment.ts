// What the reader's shell says to other services, and would lead the demo's own astray: telemetry sent elsewhere or
// switched off, an inspector on a port that is taken.
const OTHERS = /^(OTEL_.*|OUTRIDER_.*|NODE_OPTIONS|NODE_ENV)$/;
// Would change how the demo's own database is reached; a DATABASE_URL of the reader's may need them.
const POSTGRES = /^PG[A-Z]+$/;

/** The environment of the demo's processes: the reader's own, without the settings meant for other services. */
export function demoEnvironment(additions: NodeJS.ProcessEnv, own: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(
    ([name]) => !OTHERS.test(name) && (Boolean(own['DATABASE_URL']) || !POSTGRES.test(name)),
  );
  return { ...Object.fromEntries(kept), ...additions };
}
