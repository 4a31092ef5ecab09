import { runBenchmark } from '../harness/benchmark.ts';
import { measureRecords } from './round.ts';
import { renderRecords } from './table.ts';

await runBenchmark({
  script: 'bench:record',
  title: 'CPU time of recording one request, in nanoseconds, by recorder and number of series.',
  rounds: 7,
  flags: {
    records: { default: 2_000_000, help: 'measured records a run' },
    'warm-up': { default: 500_000, help: 'records before them' },
  },
  measure: measureRecords,
  render: renderRecords,
});
