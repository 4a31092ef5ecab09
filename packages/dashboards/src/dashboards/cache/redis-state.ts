import type { Panel } from '../../dashboard.ts';
import { replicasByRole } from '../../measures/servers.ts';
import type { Scope } from '../../scope.ts';
import { AT, upPanel } from '../watched-server.ts';

/** Which Redis servers there are, and whether they stay. */
export function redisState(scope: Scope): readonly Panel[] {
  const { host } = scope;
  return [
    upPanel(scope, 'redis', { id: 20, title: 'Redis up', width: 8, height: 5 }),
    {
      id: 21,
      type: 'table',
      title: 'Redis roles',
      description:
        'Primary or replica, and how many replicas are connected. Two primaries where there should be one are a failover that went wrong.',
      width: 8,
      height: 5,
      sortBy: 'Server',
      columns: [
        { of: 'server_address', title: 'Server' },
        { of: 'server_port', title: 'Port' },
        { of: 'role', title: 'Role' },
        { of: 0, title: 'Replicas' },
        { of: 'instance', title: 'Seen by' },
      ],
      queries: [{ expr: replicasByRole(scope), legend: `{{role}} ${AT}`, instant: true }],
    },
    {
      id: 22,
      type: 'stat',
      title: 'Redis restarts',
      description:
        'Times that the server started anew in the whole time range. Without persistence each one empties it.',
      width: 8,
      height: 5,
      unit: 'short',
      noValue: 'none seen',
      marks: [{ from: 1, colour: 'orange' }],
      queries: [{ expr: `resets(${host('redis.uptime')}[$__range])`, legend: AT, instant: true }],
    },
  ];
}
