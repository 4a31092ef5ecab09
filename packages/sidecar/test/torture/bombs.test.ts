import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { gaugeOf, requestOf, toJson } from '../receivers/otlp-encode.ts';
import { JSON_TYPE, post } from './post.ts';
import { SCALE, SOUND, Stage } from './stage.ts';

const AT_ONCE = 50 * SCALE;
// 50 bodies of 255 KiB, which have to be held until it is their turn, are 13 MiB of it.
const MOST_MEBIBYTES = 32;

it(
  `refuses ${AT_ONCE} gzip bombs of 1,000:1 at once within 32 MiB, and answers scrapes meanwhile`,
  { timeout: 60_000 },
  async () => {
    const stage = await Stage.start();
    try {
      const well = toJson(requestOf(gaugeOf({ asInt: 1 })));
      const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      // The code that the bombs run through is loaded and warm before the memory is measured.
      for (let i = 0; i < 200; i += 1) expect((await post(stage.otlp, gzipSync(well), gzip)).status).toBe(200);
      const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20), { level: 9 });
      expect((256 * 2 ** 20) / bomb.length).toBeGreaterThan(1_000);
      // It ends in a small member, whose length is what its trailer states.
      const lying = Buffer.concat([bomb, gzipSync('{}')]);
      await stage.scrapes();
      const before = stage.resetPeak();

      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => post(stage.otlp, i % 2 === 0 ? bomb : lying, gzip)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([413]));
      const grown = stage.peak() - before;
      if (process.env.OUTRIDER_TORTURE_SCALE !== undefined) process.stdout.write(`bombs: ${grown} MiB\n`);
      expect(grown).toBeLessThan(MOST_MEBIBYTES);
      expect((await post(stage.otlp, gzipSync(well), gzip)).status).toBe(200);

      // A bomb in a bomb is not gone into, and other codings, of which some reach 600,000:1, not at all.
      const nested = gzipSync(bomb);
      expect((await post(stage.otlp, nested, { ...gzip, 'content-encoding': 'gzip, gzip' })).status).toBe(415);
      expect((await post(stage.otlp, nested, gzip)).status).toBe(400);
      const zeros = Buffer.alloc(2 ** 20);
      for (const [coding, body] of [
        ['br', brotliCompressSync(zeros)],
        ['zstd', zstdCompressSync(zeros)],
        ['deflate', deflateSync(zeros)],
        ['snappy', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0])],
        ['br, gzip', gzipSync(brotliCompressSync(zeros))],
        ['x-gzip', gzipSync(well)],
        ['gzip;q=1', gzipSync(well)],
      ] as const) {
        const { status } = await post(stage.otlp, body, { ...JSON_TYPE, 'content-encoding': coding });
        expect([coding, status]).toEqual([coding, 415]);
      }
      expect(await stage.condition()).toEqual(SOUND);
      await vi.waitFor(async () => expect((await stage.limits()).decodedBytes).toBe(AT_ONCE), 5_000);
    } finally {
      stage.stop();
    }
  },
);
