import { strict as assert } from 'node:assert';
import type { Application } from '../application.ts';
import type { Case } from '../case.ts';
import { allEnded } from '../ended.ts';
import { DURATION, FIRST_BYTE, STREAM, assertHeaders, attributesOf, outcomesOf } from '../expectations.ts';
import { readMetric, total } from '../readings.ts';

/** What lasts as long as somebody listens, and is no latency; and when an answer begins. */
export const STREAM_CASES: readonly Case[] = [
  {
    name: 'an event stream',
    run: async (application) => {
      const answer = await application.send('/events');
      assert.equal(answer.body, 'data: 1\n\ndata: 2\n\n');
      assertHeaders(answer);
      await assertStreamed(application, '/events', 0.055);
      const [first] = readMetric(application.observer, FIRST_BYTE, { 'http.route': '/events' });
      const [whole] = readMetric(application.observer, STREAM);
      assert.ok(first !== undefined && first.sum! < whole!.sum!);
      assert.deepEqual(outcomesOf(application.observer), { completed: 1 });
    },
  },
  streamed('an event stream with a charset, by setHeader', '/charset-events'),
  streamed('a stream of frames, by a flat list', '/frames'),
  {
    name: 'an event stream that its client leaves',
    run: async (application) => {
      await application.leave('/endless-events', { after: 'first-bytes' });
      await allEnded(application, 1);
      assert.equal(total(application.observer, DURATION), 0);
      const [stream] = readMetric(application.observer, STREAM);
      assert.deepEqual(
        stream?.attributes,
        attributesOf(application, { route: '/endless-events', status: 200, error: 'client_disconnect' }),
      );
      assert.deepEqual(outcomesOf(application.observer), { aborted_mid_stream: 1 });
    },
  },
  {
    name: 'a long poll that the option `streams` names',
    options: { streams: ['/poll'] },
    run: async (application, { templates }) => {
      const answer = await application.send('/poll?since=zq');
      assert.equal(answer.body, 'news');
      assertHeaders(answer);
      await assertStreamed(application, '/poll', 0.055);
      await application.send('/users/zq1');
      await allEnded(application);
      assert.equal(total(application.observer, DURATION, { 'http.route': templates.template! }), 1);
      assert.equal(total(application.observer, STREAM), 1);
    },
  },
  {
    name: 'a long poll that no option names is latency',
    run: async (application) => {
      await application.send('/poll');
      await allEnded(application);
      assert.equal(total(application.observer, STREAM), 0);
      const [latency] = readMetric(application.observer, DURATION);
      assert.ok(latency!.sum! >= 0.055, `60 ms took ${latency!.sum} s`);
    },
  },
  begins('the first chunk comes before the last', '/stream', 0.015),
  begins('headers are flushed before the body', '/flushed', 0.05),
];

function streamed(name: string, path: string): Case {
  return {
    name,
    run: async (application) => {
      await application.send(path);
      await assertStreamed(application, path, 0);
    },
  };
}

async function assertStreamed(application: Application, route: string, atLeast: number): Promise<void> {
  await allEnded(application);
  assert.equal(total(application.observer, DURATION), 0);
  assert.equal(total(application.observer, 'outrider.route.duration'), 0);
  const [stream, ...others] = readMetric(application.observer, STREAM);
  assert.equal(others.length, 0);
  assert.equal(stream?.value, 1);
  assert.deepEqual(stream.attributes, attributesOf(application, { route, status: 200 }));
  assert.ok(stream.sum! >= atLeast, `a stream of ${atLeast} s at least lasted ${stream.sum} s`);
}

// The first byte comes so many seconds before the end, and is told apart from it.
function begins(name: string, path: string, earlier: number): Case {
  return {
    name,
    run: async (application) => {
      await application.send(path);
      await allEnded(application);
      const [first] = readMetric(application.observer, FIRST_BYTE);
      const [whole] = readMetric(application.observer, DURATION);
      assert.equal(first?.value, 1);
      assert.ok(whole!.sum! - first.sum! >= earlier, `first byte ${first.sum} s, whole ${whole!.sum} s`);
    },
  };
}
