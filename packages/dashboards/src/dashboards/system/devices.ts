import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { fileSystemUsed } from '../../measures/hosts.ts';
import { panelScope } from '../../scope.ts';
import { totalRate } from '../../measures/totals.ts';

/** Disks, file systems, network interfaces and file descriptors of the hosts. */
export function devices(config: DashboardConfig): Row {
  const { host, window } = panelScope(config);
  const rate = (name: string, by: string): string => totalRate(host(name), window, `job, instance, ${by}`);
  const disk = 'system_device_name, disk_io_direction';
  const network = 'network_interface_name, network_io_direction';
  const ofDisk = '{{instance}} {{system_device_name}} {{disk_io_direction}}';
  const ofNetwork = '{{instance}} {{network_interface_name}} {{network_io_direction}}';
  const space = (state: string): string =>
    `max by (instance, system_filesystem_mountpoint) (${host('system.filesystem.usage', { 'system.filesystem.state': `="${state}"` })})`;
  return {
    id: 104,
    title: 'Hosts: disks, file systems, network and file descriptors',
    collapsed: true,
    panels: [
      {
        id: 60,
        type: 'timeseries',
        title: 'Disk busy, by disk',
        description:
          'Share of the time in which the disk had something to do. A disk that does one thing at a time is full at 100 %; others can do more.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [
          { expr: rate('system.disk.io_time', 'system_device_name'), legend: '{{instance}} {{system_device_name}}' },
        ],
      },
      {
        id: 61,
        type: 'timeseries',
        title: 'Disk throughput',
        description: 'Bytes read and written a second.',
        width: 8,
        unit: 'Bps',
        min: 0,
        queries: [{ expr: rate('system.disk.io', disk), legend: ofDisk }],
      },
      {
        id: 62,
        type: 'timeseries',
        title: 'Disk operations',
        description: 'Reads and writes a second. Many small ones fill a disk long before its throughput is reached.',
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [{ expr: rate('system.disk.operations', disk), legend: ofDisk }],
      },
      {
        id: 63,
        type: 'timeseries',
        title: 'File systems, share used',
        description: 'Of the space open to users. Look for a straight line, and where it meets 100 %.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [
          { expr: fileSystemUsed(panelScope(config)), legend: '{{instance}} {{system_filesystem_mountpoint}}' },
        ],
      },
      {
        id: 64,
        type: 'table',
        title: 'Space of the file systems',
        description: 'What is used, free, and reserved for the administrator. Sorted by what is used.',
        width: 12,
        columns: [
          { of: 'instance', title: 'Host' },
          { of: 'system_filesystem_mountpoint', title: 'Mounted at' },
          { of: 0, title: 'Used', unit: 'bytes' },
          { of: 1, title: 'Free', unit: 'bytes' },
          { of: 2, title: 'Reserved', unit: 'bytes' },
        ],
        sortBy: 'Used',
        queries: ['used', 'free', 'reserved'].map((state) => ({ expr: space(state), legend: state, instant: true })),
      },
      {
        id: 65,
        type: 'timeseries',
        title: 'Network throughput, by interface',
        description: 'Bytes received and sent a second. A line that is flat at the top is a link that is full.',
        width: 8,
        unit: 'Bps',
        min: 0,
        queries: [{ expr: rate('system.network.io', network), legend: ofNetwork }],
      },
      {
        id: 66,
        type: 'timeseries',
        title: 'Network errors and drops, by interface',
        description: 'A second. Should be 0: each of them is sent again, and takes a multiple of the time.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: rate('system.network.errors', network), legend: `${ofNetwork} errors` },
          { expr: rate('system.network.packet.dropped', network), legend: `${ofNetwork} dropped` },
        ],
      },
      {
        id: 67,
        type: 'timeseries',
        title: 'File descriptors, share of the limit',
        description: 'Open on the whole host. At the limit nobody can open a file or a connection.',
        width: 8,
        unit: 'short',
        min: 0,
        styles: [{ name: '.* of the limit', dashed: true, rightAxis: 'percentunit' }],
        queries: [
          { expr: host('system.file_descriptor.count'), legend: '{{instance}}' },
          {
            expr: `${host('system.file_descriptor.count')} / ${host('system.file_descriptor.limit')}`,
            legend: '{{instance}} of the limit',
          },
        ],
      },
    ],
  };
}
