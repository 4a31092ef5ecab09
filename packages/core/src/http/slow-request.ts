import { timeParts } from '../attribution/time-parts.ts';
import type { SlowRequest } from '../slow-log.ts';
import { spanIds } from '../span-ids.ts';
import type { Exchange } from './exchange.ts';
import { METHODS } from './methods.ts';
import { OUTCOMES } from './outcome.ts';

/** What the slow log says of a request that has ended. */
export function slowRequest(exchange: Exchange): SlowRequest {
  const { route, status, firstByte, id, span, time, startedAt } = exchange;
  const duration = exchange.duration * 1000;
  return {
    time: new Date().toISOString(),
    method: METHODS[exchange.method]!,
    route: route.template ?? 'unmatched',
    ...(status === 0 ? {} : { status }),
    outcome: OUTCOMES[exchange.outcome]!,
    duration_ms: round(duration),
    ...(firstByte < 0 ? {} : { first_byte_ms: round(firstByte * 1000) }),
    ...(id === '' ? {} : { request_id: id }),
    ...spanIds(span),
    ...(time === undefined ? {} : { parts: timeParts(time.split(startedAt + duration), duration) }),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
