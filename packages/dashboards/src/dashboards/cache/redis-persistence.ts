import type { Row } from '../../dashboard.ts';
import type { Scope } from '../../scope.ts';
import { AT } from '../watched-server.ts';

/** What Redis does beside answering: saving, replicating, buffering. */
export function redisPersistenceRow({ host }: Scope): Row {
  return {
    id: 102,
    title: 'Redis: persistence, replication and buffers',
    collapsed: true,
    panels: [
      {
        id: 40,
        type: 'timeseries',
        title: 'Redis: changes since the last dump',
        description: 'What a crash now would lose where only dumps are kept. It falls to 0 with every dump.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('redis.rdb.changes_since_last_save'), legend: AT }],
      },
      {
        id: 41,
        type: 'timeseries',
        title: 'Redis: duration of the last fork',
        description: 'Redis answers nobody while it forks to save. It grows with the memory.',
        width: 8,
        unit: 's',
        min: 0,
        queries: [{ expr: `${host('redis.latest_fork')} / 1e6`, legend: AT }],
      },
      {
        id: 42,
        type: 'timeseries',
        title: 'Redis: replicas',
        description: 'Replicas that are connected. A fall is a replica that is lost.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('redis.slaves.connected'), legend: AT }],
      },
      {
        id: 43,
        type: 'timeseries',
        title: 'Redis: replication offset',
        description:
          'Bytes of the replication stream. The lines of a primary and its replicas lie on each other; apart, the replica is behind.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [{ expr: host('redis.replication.offset'), legend: AT }],
      },
      {
        id: 44,
        type: 'timeseries',
        title: 'Redis: replication backlog',
        description:
          'Bytes that a replica may have missed and still catch up with; behind that it must copy everything.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [
          {
            expr: `${host('redis.replication.offset')} - ${host('redis.replication.backlog_first_byte_offset')}`,
            legend: AT,
          },
        ],
      },
      {
        id: 45,
        type: 'timeseries',
        title: 'Redis: largest buffers of a client',
        description:
          'A large output buffer is a client that reads slowly or asked for too much, a large input buffer one that sends too much.',
        width: 8,
        unit: 'bytes',
        min: 0,
        queries: [
          { expr: host('redis.clients.max_input_buffer'), legend: `input ${AT}` },
          { expr: host('redis.clients.max_output_buffer'), legend: `output ${AT}` },
        ],
      },
      {
        id: 46,
        type: 'timeseries',
        title: 'Redis: time to live of keys',
        description: 'Average of the keys that expire, by database. It is what is left, not what they were given.',
        width: 24,
        unit: 'ms',
        min: 0,
        queries: [
          {
            expr: host('redis.db.avg_ttl'),
            legend: `db{{db}} ${AT}`,
            emptyIsHealthy: 'only a database with keys that expire has one',
          },
        ],
      },
    ],
  };
}
