import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { eventLoopBusy, gcDuration, heapFloor, heapUsed } from '../../src/measures/processes.ts';
import { panelScope } from '../../src/scope.ts';
import { counter, gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const panels = panelScope(defaultConfig);

const worker = (number: number): string => `instance="web-1",job="shop",worker="${number}"`;
const MiB = 2 ** 20;

it('each process is shown by itself, its spaces and states put together', async () => {
  const samples = {
    // A saw-tooth and a leak.
    [`v8js_memory_heap_used_after_gc_bytes{${worker(0)}}`]: `${'50 10 30 '.repeat(13)}40`,
    [`v8js_memory_heap_used_after_gc_bytes{${worker(1)}}`]: '20+1x40',
    [`v8js_memory_heap_used_bytes{${worker(0)},v8js_heap_space_name="old_space"}`]: gauge([3 * MiB, 40]),
    [`v8js_memory_heap_used_bytes{${worker(0)},v8js_heap_space_name="new_space"}`]: gauge([MiB, 40]),
    [`nodejs_eventloop_time_seconds_total{${worker(0)},nodejs_eventloop_state="active"}`]: counter([15, 40]),
    [`nodejs_eventloop_time_seconds_total{${worker(0)},nodejs_eventloop_state="idle"}`]: counter([45, 40]),
  };
  const [first, second] = [`{${worker(0)}}`, `{${worker(1)}}`];
  expect(
    await evaluate(samples, [
      [heapFloor(panels), { [first]: 10, [second]: 20 }],
      [heapFloor(panels, '5m'), { [first]: 10, [second]: 20 }],
      [heapUsed(panels), { [first]: 4 * MiB }],
      [eventLoopBusy(panels), { [first]: 0.25 }],
    ]),
  ).toBe('');
});

it('a collection that did not happen took no time that could be told', async () => {
  const bucket = (type: string, le: string, perMinute: number): Record<string, string> => ({
    [`v8js_gc_duration_seconds_bucket{${worker(0)},v8js_gc_type="${type}",le="${le}"}`]: counter([perMinute, 40]),
  });
  const samples = {
    ...bucket('minor', '0.01', 60),
    ...bucket('minor', '+Inf', 60),
    ...bucket('major', '0.01', 0),
    ...bucket('major', '+Inf', 0),
  };
  expect(
    await evaluate(samples, [[`(${gcDuration(0.5, panels)})`, { '{job="shop",v8js_gc_type="minor"}': 0.005 }]]),
  ).toBe('');
});
