import { outrider } from '@outrider/node';
import type { Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Variant } from '../../framework.ts';
import { recordedByOutrider } from '../../peers/outrider.ts';
import { routeOf } from './handler.ts';

/** Outrider with its defaults, and the router's answer which route it was. */
export function start(): Variant<Server | Http2Server> {
  return { install: (server) => outrider(server, { route: routeOf }), recorded: recordedByOutrider };
}
