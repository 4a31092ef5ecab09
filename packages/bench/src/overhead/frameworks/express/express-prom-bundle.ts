import type { Express } from 'express';
import promBundle from 'express-prom-bundle';
import { register } from 'prom-client';
import type { Variant } from '../../framework.ts';
import { recordedIn } from '../../peers/prom-client.ts';

/** express-prom-bundle with the labels one would want. */
export function start(): Variant<Express> {
  return {
    install: (app) => app.use(promBundle({ includeMethod: true, includePath: true, includeStatusCode: true })),
    recorded: () => recordedIn(register),
  };
}
