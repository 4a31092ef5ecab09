import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { gaugeOf, requestOf, toJson } from './otlp-encode.ts';

const MEBIBYTE = 2 ** 20;

function post(port: number, body: Buffer, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const req = request(
      { host: '127.0.0.1', port, path: '/v1/metrics', method: 'POST', agent: false, headers },
      (res) => {
        res.resume().on('end', () => resolve(res.statusCode));
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}

it('refuses 50 gzip bombs at once without growing', async () => {
  const receiver = fork(fileURLToPath(new URL('./otlp-server-process.ts', import.meta.url)), {
    execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
  });
  try {
    const [{ port }] = (await once(receiver, 'message')) as [{ readonly port: number }];
    const state = async (): Promise<{ readonly points: number; readonly peakMegabytes: number }> => {
      const answer = once(receiver, 'message');
      receiver.send('state');
      return ((await answer) as [{ readonly points: number; readonly peakMegabytes: number }])[0];
    };
    const json = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const well = gzipSync(toJson(requestOf(gaugeOf({ asInt: 1 }))));
    // The code that the bombs run through is loaded and warm before the memory is measured.
    for (let i = 0; i < 20; i += 1) expect(await post(port, well, json)).toBe(200);
    const before = await state();

    // 255 KiB that become 256 MiB. The second kind ends in a small member, whose length is what its trailer states.
    const bomb = gzipSync(Buffer.alloc(256 * MEBIBYTE), { level: 9 });
    const lying = Buffer.concat([bomb, gzipSync('{}')]);
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => post(port, i % 2 === 0 ? bomb : lying, json)),
    );
    expect(new Set(statuses)).toEqual(new Set([413]));

    expect(await post(port, well, json)).toBe(200);
    const after = await state();
    expect(after.points).toBe(21);
    // 50 bodies of that size that are not compressed take about 35 MiB while they are read.
    expect(after.peakMegabytes - before.peakMegabytes).toBeLessThan(64);
  } finally {
    receiver.kill();
  }
});
