/** How processes end. */
export const EXIT_REASONS = ['graceful', 'crash', 'out_of_memory', 'killed', 'lost'] as const;

/** How a process ended. Each is counted in `app.process.exits`. */
export type ExitReason = (typeof EXIT_REASONS)[number];
