import { context } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';

/** Has a context be the active one everywhere, as under a tracer, until `context.disable()`. */
export function activate(active: Context): void {
  context.setGlobalContextManager({
    active: () => active,
    with: (_context, run, self, ...given) => run.apply(self as never, given),
    bind: (_context, bound) => bound,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
}
