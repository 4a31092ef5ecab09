import { joinAbsent } from './absent.ts';
import { mergeFamilies } from './families.ts';
import type { RunnerSnapshot } from './runner.ts';

/**
 * Makes the function that joins what two runners know: the same object until one of them has another snapshot.
 */
export function createJoin(one: () => RunnerSnapshot, other: () => RunnerSnapshot): () => RunnerSnapshot {
  let last: { readonly a: RunnerSnapshot; readonly b: RunnerSnapshot; readonly joined: RunnerSnapshot } | undefined;
  return () => {
    const a = one();
    const b = other();
    if (last?.a !== a || last.b !== b) last = { a, b, joined: join(a, b) };
    return last.joined;
  };
}

function join(a: RunnerSnapshot, b: RunnerSnapshot): RunnerSnapshot {
  if (b.collectors.length === 0) return a;
  const { metrics, absent } = mergeFamilies([...a.metrics, ...b.metrics]);
  return {
    metrics,
    absent: joinAbsent([a.absent, b.absent, absent]),
    collectors: [...a.collectors, ...b.collectors],
  };
}
