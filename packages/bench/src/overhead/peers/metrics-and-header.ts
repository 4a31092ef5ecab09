import type { Variant } from '../framework.ts';

/** What Outrider stands in for: the metrics of the one and the header of the other, which is installed first. */
export function metricsAndHeader<App>(metrics: Variant<App>, header: Variant<App>): Variant<App> {
  return {
    ...metrics,
    install(app) {
      header.install(app);
      metrics.install(app);
    },
  };
}
