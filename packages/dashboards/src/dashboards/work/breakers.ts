import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { breakerCalls, breakersIn, failedBreakerCalls } from '../../measures/work.ts';
import { panelScope } from '../../scope.ts';

const BREAKER = 'job, breaker_name';
const LEGEND = '{{job}} {{breaker_name}}';

/** Circuit breakers: which are open, and what becomes of calls. */
export function breakers(config: DashboardConfig): Row {
  const scope = panelScope(config);
  return {
    id: 101,
    title: 'Circuit breakers',
    panels: [
      {
        id: 20,
        type: 'timeseries',
        title: 'State, workers in each',
        description:
          'How many workers have the breaker in which state. Open: calls are rejected without being made; half open: one is tried.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          { expr: breakersIn(scope, '=~".+"', `${BREAKER}, breaker_state`), legend: `${LEGEND} {{breaker_state}}` },
        ],
        styles: [
          { name: '.* open', colour: 'red' },
          { name: '.* half_open', colour: 'orange' },
          { name: '.* isolated', colour: 'purple' },
          { name: '.* closed', colour: 'green' },
        ],
      },
      {
        id: 21,
        type: 'timeseries',
        title: 'Calls by result',
        description:
          'Calls through the breaker a second. Failures and timeouts come first, rejected ones once it is open; a fallback comes besides the result that led to it.',
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [
          {
            expr: breakerCalls(scope, '=~".+"', `${BREAKER}, breaker_result`),
            legend: `${LEGEND} {{breaker_result}}`,
          },
        ],
        styles: [
          { name: '.* success', colour: 'green' },
          { name: '.* (failure|timeout)', colour: 'red' },
          { name: '.* rejected', colour: 'orange' },
          { name: '.* fallback', colour: 'blue' },
        ],
      },
      {
        id: 22,
        type: 'timeseries',
        title: 'Share of calls that fail',
        description: 'Share of calls that failed, timed out or were rejected. No calls, no line.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: failedBreakerCalls(scope, BREAKER), legend: LEGEND }],
      },
    ],
  };
}
