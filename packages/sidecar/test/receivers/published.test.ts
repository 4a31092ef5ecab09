import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodings } from './otlp-encode.ts';
import { exposition } from './stored.ts';

const example = JSON.parse(readFileSync(new URL('published/metrics.json', import.meta.url), 'utf8')) as object;

describe.each(encodings)('the example that the protocol publishes, in $encoding', ({ decode }) => {
  it('is taken as a whole', () => {
    expect(decode(example)).toMatchObject({ points: 4, dropped: new Map() });
  });

  it('is shown', async () => {
    await expect(await exposition([decode(example).resources])).toMatchFileSnapshot('published/metrics.prom');
  });

  it('is shown the same if it is sent again', async () => {
    const { resources } = decode(example);
    expect(await exposition([resources, resources])).toBe(await exposition([resources]));
  });
});
