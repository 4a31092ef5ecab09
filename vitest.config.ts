import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Whole applications, sidecars and databases: after the others, which would take the processors from them. */
const TOGETHER = 'packages/cli/test/**/*.test.ts';

/** Those of them with times that count, or that have both processors at work: one file at a time. */
const ALONE = [
  'packages/cli/test/acceptance/{attribution,hostile-burst,hung-sidecar,scan,servers,slow-requests,throttling}.test.ts',
  'packages/cli/test/acceptance/faults/fault-run.test.ts',
  'packages/cli/test/dashboards/live-proof.test.ts',
  'packages/cli/test/demo/regression/regression-demo.test.ts',
];

/** What takes ten seconds or more: a worker that begins it last has the others wait for it. */
const LONG =
  /(?:conformance\/test\/(?:scan|soak|conformance)|beside-opentelemetry|register|outgoing\/soak|history\/regression|rules\/(?:alerts|baselines|mutation)|overhead\/command|flush-at-end|acceptance\/(?:forks|workers-cluster|secrets|accounting)|docs\/snippets|demo\/demo)\.test\.ts$/;

/** Long files first, also where nobody knows yet how long they take. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- of the sequencer
    const sorted = await super.sort(files);
    const rank = ({ project, moduleId }: TestSpecification): number =>
      2 * project.config.sequence.groupOrder + (LONG.test(moduleId) ? 0 : 1);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  // Tests run against the sources; only what a test starts as a process of its own uses the build.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What is waited for is there at once, but on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: [TOGETHER],
          // Most of them wait for something rather than compute.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: [TOGETHER],
          exclude: ALONE,
          // They wait for what they started, more than they compute.
          maxWorkers: 2,
          maxConcurrency: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
