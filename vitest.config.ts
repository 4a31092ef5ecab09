import { defineConfig } from 'vitest/config';

// Whole applications, sidecars and databases, with times that count: one file at a time, after the others.
const ALONE = 'packages/cli/test/**/*.test.ts';

export default defineConfig({
  // Tests run against the sources; only what a test starts as a process of its own uses the build.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: [ALONE],
          // Most of them wait for something rather than compute.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'together', include: [ALONE], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
