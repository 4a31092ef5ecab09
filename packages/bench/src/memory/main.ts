import { runBenchmark } from '../harness/benchmark.ts';
import { measureMemory } from './round.ts';
import { renderMemory } from './table.ts';

await runBenchmark({
  script: 'bench:memory',
  title: 'Memory of a series by recorder, and of a process that has just started.',
  rounds: 5,
  flags: { series: { default: 2000, help: 'series of each recorder, a multiple of eight' } },
  measure: measureMemory,
  render: renderMemory,
});
