import type Koa from 'koa';
import type { Variant } from '../../framework.ts';
import { createRequestHistogram } from '../../peers/prom-client.ts';

/** prom-client in a middleware of one's own. */
export function start(): Variant<Koa> {
  const { histogram, recorded } = createRequestHistogram();
  return {
    recorded,
    install: (app) =>
      app.use(async (context, next) => {
        const end = histogram.startTimer();
        context.res.on('finish', () => {
          const { _matchedRoute: route } = context as { readonly _matchedRoute?: string };
          end({ method: context.method, route: route ?? 'unmatched', status_code: context.status });
        });
        await next();
      }),
  };
}
