import { warnOnce } from '../warn.ts';

/** After how many requests without a route it is said: more than a few probes, and soon enough to be read. */
const REQUESTS = 100;

/**
 * Notices that requests come and none of them ever takes a route: the middleware then stands behind the routes, and
 * sees only what they left over.
 */
export class RouteWatch {
  #left = REQUESTS;

  /** A request took a route: all is well from here on. */
  seen(): void {
    this.#left = 0;
  }

  /** A request took none. */
  missed(): void {
    if (this.#left === 0) return;
    this.#left--;
    if (this.#left > 0) return;
    warnOnce(
      `${REQUESTS} requests came to Outrider and not one took a route. If this application declares routes, it does so ` +
        'before app.use(outrider()), which then sees only what they leave over: Outrider must come first.',
    );
  }
}
