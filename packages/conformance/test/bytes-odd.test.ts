import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchangeHttp2 } from '../src/bytes/http2-exchange.ts';
import { startOddApplication, targetOf } from '../src/bytes/odd-application.ts';
import type { OddApplication } from '../src/bytes/odd-application.ts';
import type { OddCase } from '../src/bytes/odd-case.ts';
import { ODD_CASES } from '../src/bytes/odd-cases.ts';
import { ODD_FRAMEWORKS } from '../src/bytes/odd-frameworks.ts';
import { exchangeRaw } from '../src/bytes/raw-exchange.ts';
import { bytesWithoutOurs } from '../src/bytes/without-ours.ts';
import type { Stripped } from '../src/bytes/without-ours.ts';
import { quietObserver } from '../src/quiet-observer.ts';

const TOO_MANY = 'warning of too many';

describe.each(ODD_FRAMEWORKS)('the raw response of $name', (framework) => {
  let bare: OddApplication;
  let observed: OddApplication;

  beforeAll(async () => {
    bare = await startOddApplication(framework, undefined);
    observed = await startOddApplication(framework, { observer: quietObserver() });
  });

  afterAll(() => Promise.all([bare.close(), observed.close()]));

  test.each(ODD_CASES)('$name', async (odd) => {
    const expected = await sent(bare, odd);
    const expectedNotes = await bare.notes();
    const actual = await sent(observed, odd);
    expect(actual.content).toEqual(expected.content);
    const notes = await observed.notes();
    // A listener more is allowed for, so Node may warn later than of the bare application, and never sooner.
    expect(notes).toEqual(expectedNotes.filter((note) => !note.startsWith(TOO_MANY) || notes.includes(note)));
    expect([expected.responseTimes, expected.requestIds]).toEqual([0, 0]);
    // Both headers once in every answer. What is no answer of the application's has none, and on HTTP/2 nothing is told
    // of those.
    if (framework.transport === 'h2c' && odd.without !== undefined) return;
    const answers = expected.answers - (odd.without ?? 0);
    expect([actual.responseTimes, actual.requestIds]).toEqual([answers, answers]);
  });

  function sent({ port }: OddApplication, { name, method, send, endless }: OddCase): Promise<Stripped<unknown>> {
    const target = targetOf(name);
    const leaves = endless === framework.transport;
    if (framework.transport === 'h2c') return exchangeHttp2(port, target, { method: method ?? 'GET', endless: leaves });
    const bytes = send?.(target) ?? get(target) + get('/odd/last', 'Connection: close\r\n');
    return exchangeRaw(port, bytes, leaves).then(bytesWithoutOurs);
  }
});

function get(target: string, headers = ''): string {
  return `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
}
