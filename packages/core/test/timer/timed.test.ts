import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutriderError } from '../../src/errors.ts';
import { Observer, timed } from '../../src/index.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const TSC = join(ROOT, 'node_modules/.bin/tsc');

const run = promisify(execFile);

/** The two kinds of decorators, by the compiler option that chooses. */
const KINDS = [
  ['standard', 'false'],
  ['experimental', 'true'],
] as const;

// No Node.js runs decorators yet, so programs are compiled as those of an application are. What `// @ts-expect-error`
// stands before has to be an error.
const PROGRAM = `
import { Observer, timed } from '@outrider/core';

const observer = new Observer({ environment: {}, push: false, runtime: false });

class Orders {
  readonly prefix = 'order';

  @timed('find', { observer })
  find(id: number, ...more: readonly string[]): string {
    return [this.prefix, id, ...more].join(' ');
  }

  @timed('place', { observer })
  async place<Item>(this: Orders, item: Item): Promise<{ readonly item: Item; readonly by: string }> {
    await Promise.resolve();
    return { item, by: this.prefix };
  }

  @timed('fail', { observer })
  async fail(): Promise<never> {
    throw new RangeError(this.prefix);
  }

  @timed('list', { observer })
  *list(): Generator<number, string> {
    yield 1;
    return this.prefix;
  }

  @timed('stream', { observer })
  async *stream(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }

  @timed('create', { observer })
  static create(): Orders {
    return new this();
  }
}

class Express extends Orders {
  override find(id: number): string {
    return super.find(id, 'express');
  }
}

const orders = Orders.create();
const found: string = orders.find(7, 'x');
const placed: { readonly item: boolean; readonly by: string } = await orders.place(true);
const failed: string = await orders.fail().catch((error: unknown) => String(error));
const list = orders.list();
const listed: Array<number | string> = [list.next().value, list.next().value];
const streamed: number[] = await Array.fromAsync(orders.stream());
const express: string = new Express().find(8);
// @ts-expect-error arguments are checked as before
orders.find('text');
const { name, length } = orders.find;

const counts: Record<string, number> = {};
observer.collect({
  metric: () => {},
  number: () => {},
  exponential: () => {},
  histogram: ({ values }, bounds, buckets, at) => {
    counts[Object.values(values).join(' ')] = buckets.slice(at, at + bounds.length + 1).reduce((a, b) => a + b);
  },
});
console.log(JSON.stringify({ found, placed, failed, listed, streamed, express, name, length, counts }));
`;

const PRIVATE = `
import { Observer, timed } from '@outrider/core';
const observer = new Observer({ environment: {}, push: false, runtime: false });
class Orders {
  #prefix = 'order';
  @timed('secret', { observer })
  #secret(): string {
    return this.#prefix;
  }
  tell(): string {
    return this.#secret();
  }
}
let told = 0;
const result = new Orders().tell();
observer.collect({ metric: () => {}, number: () => {}, exponential: () => {}, histogram: () => void told++ });
console.log(JSON.stringify({ result, told }));
`;

const WRONG = `
import { timed } from '@outrider/core';
// @ts-expect-error not before a class
@timed('class')
class Orders {
  // @ts-expect-error not before a field
  @timed('field') field = 7;
  // @ts-expect-error not before a getter
  @timed('getter') get got(): number { return 7; }
  // @ts-expect-error not without a name
  @timed() unnamed(): void {}
  // @ts-expect-error nor without being called
  @timed uncalled(): void {}
  // @ts-expect-error a name is a text
  @timed(7) numbered(): void {}
  // @ts-expect-error options are those of a timer
  @timed('options', { slow: 7 }) options(): void {}
}
console.log(Orders);
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-timed-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true }));

async function compile(kind: string, experimental: string, text: string): Promise<string> {
  const source = join(folder, `${kind}.ts`);
  writeFileSync(source, text);
  const options = ['--target', 'es2024', '--lib', 'es2024,esnext,dom', '--module', 'nodenext', '--strict'];
  const types = ['--types', '', '--skipLibCheck', '--experimentalDecorators', experimental];
  await run(TSC, [...options, ...types, '--rootDir', folder, '--outDir', folder, source], { cwd: folder });
  return join(folder, `${kind}.js`);
}

async function output(program: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [program]);
  return JSON.parse(stdout);
}

describe.each(KINDS)('a %s decorator', (kind, experimental) => {
  test('times methods and leaves them as they are', { timeout: 60_000 }, async () => {
    expect(await output(await compile(kind, experimental, PROGRAM))).toEqual({
      found: 'order 7 x',
      placed: { item: true, by: 'order' },
      failed: 'RangeError: order',
      listed: [1, 'order'],
      streamed: [1, 2],
      express: 'order 8 express',
      name: 'find',
      length: 1,
      counts: { create: 1, find: 3, place: 1, 'fail RangeError': 1, list: 1, stream: 1 },
    });
  });

  test('is an error of types before anything but a method', { timeout: 60_000 }, async () => {
    await expect(compile(kind, experimental, WRONG)).resolves.toBeDefined();
  });
});

test('a private method is one too', { timeout: 60_000 }, async () => {
  expect(await output(await compile('private', 'false', PRIVATE))).toEqual({ result: 'order', told: 1 });
});

describe('without the help of types', () => {
  const apply = timed('a') as unknown as (...given: readonly unknown[]) => unknown;

  test.each<[string, readonly unknown[]]>([
    ['class', [Observer, { kind: 'class' }]],
    ['field', [undefined, { kind: 'field' }]],
    ['getter', [() => 7, { kind: 'getter' }]],
    ['property', [{}, 'field']],
    ['accessor', [{}, 'got', { get: () => 7 }]],
  ])('it throws before a %s', (kind, given) => {
    expect(() => apply(...given)).toThrow(`@timed("a") stands before a ${kind}: it times methods and nothing else.`);
    expect(() => apply(...given)).toThrow(OutriderError);
  });

  test.each([undefined, '', 7, 'a'.repeat(129), () => {}])('it throws where its name is %s', (name) => {
    expect(() => timed(name as string)).toThrow('@timed(name) needs a name of 1 to 128 characters: got');
  });
});
