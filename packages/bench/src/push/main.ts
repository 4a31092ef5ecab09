import { runBenchmark } from '../harness/benchmark.ts';
import { measurePushes } from './round.ts';
import { renderPushes } from './table.ts';

await runBenchmark({
  script: 'bench:push',
  title: 'How long a push to the sidecar holds the event loop, by number of series.',
  rounds: 3,
  flags: { pushes: { default: 50, help: 'measured pushes of a run, and as many again for the CPU time' } },
  measure: measurePushes,
  render: renderPushes,
});
