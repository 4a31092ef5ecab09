import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { costlyBodies, costlyMessages } from './costly-bodies.ts';
import { JSON_TYPE, post, PROTOBUF_TYPE } from './post.ts';
import { SCALE, SOUND, Stage } from './stage.ts';

const TIMES = 2 * SCALE;
// One request at a time is decoded, and what it took is garbage when the next begins, of which 64 MiB pile up where memory
// has no limit (within 128 MiB: the acceptance test of a hostile burst).
const MOST_MEBIBYTES = 160;
// Half a megabyte of empty fields may not become a hundred times as much.
const MOST_OF_MESSAGES_MEBIBYTES = 32;

it('bears what costs most within the limits', { timeout: 60_000 * SCALE }, async () => {
  const stage = await Stage.start();
  try {
    const before = stage.resetPeak();
    for (const [what, body] of costlyMessages) {
      for (let i = 0; i < 3 * TIMES; i += 1)
        expect([what, (await post(stage.otlp, body(), PROTOBUF_TYPE)).status]).toEqual([what, 200]);
    }
    if (process.env.OUTRIDER_TORTURE_SCALE !== undefined)
      process.stdout.write(`messages: peak +${(stage.peak() - before).toFixed(0)} MiB\n`);
    expect(stage.peak() - before).toBeLessThan(MOST_OF_MESSAGES_MEBIBYTES);
    for (const [what, body] of costlyBodies) {
      const gzipped = gzipSync(body());
      const began = performance.now();
      const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      for (let i = 0; i < TIMES; i += 1)
        expect([what, (await post(stage.otlp, gzipped, headers)).status]).toEqual([what, 200]);
      if (process.env.OUTRIDER_TORTURE_SCALE === undefined) continue;
      const each = (performance.now() - began) / TIMES;
      process.stdout.write(
        `${what}: ${gzipped.length} bytes, ${each.toFixed(0)} ms, peak +${(stage.peak() - before).toFixed(0)} MiB\n`,
      );
    }
    expect(stage.peak() - before).toBeLessThan(MOST_MEBIBYTES);
    // Whoever scrapes may wait for one such request, and for the exposition of 10,000 series that it left.
    expect(await stage.condition()).toMatchObject({ ...SOUND, late: expect.anything() as unknown });
  } finally {
    stage.stop();
  }
});
