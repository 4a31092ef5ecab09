import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run against the sources; only what a test starts as a process of its own uses the build.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    // Most of them wait for something rather than compute.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
