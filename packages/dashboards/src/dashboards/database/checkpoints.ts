import type { Row } from '../../dashboard.ts';
import { SERVER, serverRate } from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { AT } from '../watched-server.ts';

/** How PostgreSQL writes its buffers to disk. */
export function checkpointRow(scope: Scope): Row {
  return {
    id: 103,
    title: 'PostgreSQL: checkpoints and buffers',
    collapsed: true,
    panels: [
      {
        id: 50,
        type: 'timeseries',
        title: 'Checkpoints',
        description:
          'A second, by what began them. Many requested ones mean that max_wal_size is too small for what is written.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [
          {
            expr: serverRate(scope, 'postgresql.bgwriter.checkpoint.count', `${SERVER}, type`),
            legend: `{{type}} ${AT}`,
          },
        ],
      },
      {
        id: 51,
        type: 'timeseries',
        title: 'Buffers written, by whom',
        description:
          'Buffers a second. Those of backends (up to PostgreSQL 16) were written by sessions that should have answered meanwhile.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [
          {
            expr: serverRate(scope, 'postgresql.bgwriter.buffers.writes', `${SERVER}, source`),
            legend: `{{source}} ${AT}`,
          },
        ],
      },
      {
        id: 52,
        type: 'timeseries',
        title: 'Time that checkpoints took',
        description: 'Share of the time in which files were written and synced. Long syncs are a disk that is busy.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [
          {
            expr: `${serverRate(scope, 'postgresql.bgwriter.duration', `${SERVER}, type`)} / 1000`,
            legend: `{{type}} ${AT}`,
          },
        ],
      },
      {
        id: 53,
        type: 'timeseries',
        title: 'Buffers allocated',
        description: 'Buffers a second that were taken for blocks which were not in the cache.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [{ expr: serverRate(scope, 'postgresql.bgwriter.buffers.allocated'), legend: AT }],
      },
      {
        id: 54,
        type: 'timeseries',
        title: 'Background writer stopped early',
        description:
          'Times a second that it had written as much as bgwriter_lru_maxpages allows. Steadily above 0: raise it.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [{ expr: serverRate(scope, 'postgresql.bgwriter.maxwritten'), legend: AT }],
      },
    ],
  };
}
