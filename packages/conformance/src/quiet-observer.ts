import { Observer } from '@outrider/core';

/** An observer that pushes nowhere, and knows nothing of this process. */
export function quietObserver(): Observer {
  return new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
}
