import { apiAnswer, apiError } from './api/answer.ts';
import { expectParameters } from './api/parameters.ts';
import { servicesOf } from './api/selection.ts';
import type { OutletFactory } from './outlet.ts';

const RETRY_AFTER_SECONDS = 30;

/**
 * `/api/v1/stream`: the figures of `/api/v1/metrics` as server-sent events, whenever there are others, once a second at
 * the most; `?service=`, also several times, for those of some applications only.
 */
export const streamOutlet: OutletFactory = ({ stream }) => ({
  description: 'the figures of /api/v1/metrics as server-sent events (?service=name)',
  answer(snapshot, { query }) {
    let services: readonly string[] = [];
    const checked = apiAnswer(() => {
      expectParameters(query, ['service']);
      services = servicesOf(query, snapshot.store);
      return {};
    });
    if (checked.status !== 200) return checked;
    if (!stream.admits()) {
      const busy = apiError(503, `There are ${stream.clients} clients already: try again later.`);
      return { ...busy, retryAfterSeconds: RETRY_AFTER_SECONDS };
    }
    return {
      status: 200,
      contentType: 'text/event-stream',
      body: '',
      follow: (res) => stream.open(res, services),
    };
  },
});
