import { prometheusOutlet } from '../../src/outlets/prometheus.ts';
import type { ResourceMetrics } from '../../src/receivers/decoded.ts';
import type { StoreView } from '../../src/store/store.ts';
import { Store } from '../../src/store/store.ts';
import { nothing, outletContext, outletRequest } from '../outlets/snapshots.ts';

/** What a store holds after these requests. */
export function stored(requests: ReadonlyArray<readonly ResourceMetrics[]>): StoreView {
  const store = new Store({ seriesLimit: 10_000, clock: () => 0 });
  for (const resources of requests) store.push(resources);
  return store.view();
}

/** What /metrics says of applications after these requests. */
export async function exposition(requests: ReadonlyArray<readonly ResourceMetrics[]>): Promise<string> {
  const answer = await prometheusOutlet(outletContext()).answer(
    {
      time: new Date(0),
      instance: 'web-1',
      store: { ...stored(requests), services: [] },
      host: nothing,
      own: [],
      fresh: true,
      missing: [],
    },
    outletRequest(),
  );
  return String(answer.body);
}
