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
      `${REQUESTS} requests and not one took a route: Outrider must come before the routes and routers ` +
        '(app.use(outrider()) first), else it does not see what they answer. Until then every request is "unmatched".',
    );
  }
}
