import type { Dashboard, Query } from '../../src/dashboard.ts';

/** A dashboard of one panel that asks for something, and one that does not. */
export function dashboardOf(queries: readonly Query[], timeRange?: string): Dashboard {
  return {
    uid: 'outrider-test',
    title: 'Test',
    description: '',
    ...(timeRange === undefined ? {} : { timeRange }),
    variables: [],
    rows: [
      {
        panels: [
          { id: 7, type: 'stat', title: 'Panel', description: '', width: 24, unit: 'short', queries },
          { id: 8, type: 'text', title: 'Text', description: '', width: 24, markdown: '' },
        ],
      },
    ],
  };
}
