import { runBenchmark } from '../harness/benchmark.ts';
import { measureAllocations } from './round.ts';
import { renderAllocations } from './table.ts';

await runBenchmark({
  script: 'bench:allocations',
  title: 'What a record and a request allocate, by sampling the heap.',
  rounds: 3,
  flags: {
    records: { default: 50_000, help: 'records that are sampled' },
    requests: { default: 20_000, help: 'requests that are sampled' },
    'warm-up': { default: 40_000, help: 'requests before them' },
  },
  measure: measureAllocations,
  render: renderAllocations,
});
