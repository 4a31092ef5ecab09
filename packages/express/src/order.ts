import { stackOf } from './express-internals.ts';
import type { Application, Layer } from './express-internals.ts';

const WARNING =
  'All routes of this application are declared before app.use(outrider()): what they answer is not measured, and has no ' +
  'headers. Outrider must come first.';

/** Warns if an application's routes all stand before the middleware, which then sees only what they leave over. */
export function warnOfOrder(application: Application, middleware: object): void {
  const stack = stackOf(application) ?? [];
  const at = stack.findIndex(({ handle }) => handle === middleware);
  if (at === -1 || !stack.slice(0, at).some(hasRoutes) || stack.slice(at).some(hasRoutes)) return;
  process.emitWarning(WARNING, 'OutriderWarning');
}

function hasRoutes({ route, handle }: Layer): boolean {
  return route !== undefined || (stackOf(handle)?.length ?? 0) > 0;
}
