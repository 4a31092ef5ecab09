import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkRequest } from './snippet-request.ts';
import { SnippetFolder } from './snippet-folder.ts';
import { SnippetServers } from './snippet-servers.ts';
import { allSnippets, snippetsOf } from './snippet.ts';
import type { Snippet } from './snippet.ts';

// Several at once, on servers that the first of them has to wait for.
vi.setConfig({ testTimeout: 60_000 });

const folder = new SnippetFolder();
const servers = new SnippetServers();
afterAll(async () => {
  folder.remove();
  await servers.stop();
});

const snippets = allSnippets();
const placed = (kind: Snippet['mark']['kind']): Array<[string, Snippet]> =>
  snippets.filter(({ mark }) => mark.kind === kind).map((snippet) => [`${snippet.page}:${snippet.line}`, snippet]);

describe('a program that listens answers as its page says', () => {
  test.concurrent.for(placed('run'))('%s', async ([place, snippet]) => {
    const program = folder.start(snippet, await servers.urlsFor(snippet.code));
    try {
      const port = await program.port();
      if (snippet.mark.kind === 'run') for (const request of snippet.mark.requests) await checkRequest(request, port);
    } catch (error) {
      throw new Error(`${place}: ${(error as Error).message}\n${program.output}`, { cause: error });
    } finally {
      await program.stop();
    }
  });
});

describe('a program that ends by itself', () => {
  test.concurrent.for(placed('end'))('%s', async ([place, snippet]) => {
    const program = folder.start(snippet);
    expect(await program.end(), `${place}: ${program.output}`).toBe(0);
  });
});

describe('a program shows the metrics that its page has after it', () => {
  test.concurrent.for(placed('show'))('%s', async ([place, snippet]) => {
    const program = folder.start(snippet, await servers.urlsFor(snippet.code));
    expect(await program.end(), `${place}: ${program.output}`).toBe(0);
  });
});

describe('a fragment is JavaScript, and what it imports exists', () => {
  test.for(placed('fragment'))('%s', ([place, snippet]) => {
    expect(folder.fragmentError(snippet), place).toBeUndefined();
  });
});

test('the types of the TypeScript ones are right', () => {
  const whole = snippets.filter(({ language, mark }) => language === 'ts' && mark.kind !== 'fragment');
  expect(whole.length).toBeGreaterThan(0);
  expect(folder.typeErrors(whole)).toEqual([]);
});

describe('what is wrong is told by page and line', () => {
  const page = (mark: string, code: string, language = 'js'): string =>
    `# Page\n\n${mark}\n\n\`\`\`${language}\n${code}\n\`\`\`\n`;
  const first = (mark: string, code: string, language?: string): Snippet =>
    snippetsOf('docs/page.md', page(mark, code, language), true)[0]!;

  test('a snippet without a mark, and marks that say too little', () => {
    expect(() => first('Some text.', '1;')).toThrow('docs/page.md:5: say in a comment before the snippet');
    expect(() => first('<!-- fragment -->', '1;')).toThrow('docs/page.md:5: <!-- fragment --> is not understood');
    expect(() => first('<!-- run: /x -->', '1;')).toThrow('docs/page.md:5: the request "/x" is not understood');
    expect(() => first('<!-- run: GET /x body -->', '1;')).toThrow('"GET /x body" is not understood');
    expect(() => first('<!-- run: GET / -->', '1;', 'javascript')).toThrow('call it js or ts, not javascript');
  });

  test('metrics that are not shown', async () => {
    const shown = (text: string): Snippet => {
      const code = "import { getObserver } from '@outrider/core';\ngetObserver().counter('visits').add(2);";
      return snippetsOf('docs/page.md', `${page('<!-- run and show -->', code)}\n${text}`, true)[0]!;
    };
    expect(() => shown('Nothing.')).toThrow('docs/page.md:5: no block of text after it says what it shows');
    expect(await folder.start(shown('```text\nvisits_total 2\n```\n')).end()).toBe(0);
    const wrong = folder.start(shown('```text\nvisits_total 3\n```\n'), { SHOW_WITHIN_MS: '200' });
    expect(await wrong.end()).toBe(1);
    expect(wrong.output).toContain('not shown: visits_total 3\nbut: visits_total 2');
  });

  test('an answer without the headers', async () => {
    const bare =
      "import { createServer } from 'node:http';\ncreateServer((_, response) => response.end('x')).listen(3000);";
    const program = folder.start(first('<!-- run: GET / -->', bare));
    try {
      const port = await program.port();
      const [request] = (first('<!-- run: GET / -->', bare).mark as Extract<Snippet['mark'], { kind: 'run' }>).requests;
      await expect(checkRequest(request!, port)).rejects.toThrow("GET /: expected '' to match");
      await expect(checkRequest({ ...request!, status: 201 }, port)).rejects.toThrow(
        'GET /: x: expected 200 to be 201',
      );
      await checkRequest({ ...request!, observed: false, body: ['x'] }, port);
    } finally {
      await program.stop();
    }
  });

  test('an import that does not exist, and text that is not JavaScript', () => {
    const fragment = '<!-- fragment: of a test -->';
    expect(folder.fragmentError(first(fragment, "import { outsider } from '@outrider/express';"))).toContain(
      'outsider',
    );
    expect(folder.fragmentError(first(fragment, 'const = 1;'))).toContain('SyntaxError');
  });

  test('a type', () => {
    const wrong = first('<!-- run to its end -->', 'export const id: number = String(1);', 'ts');
    const other = new SnippetFolder();
    try {
      expect(other.typeErrors([wrong])).toEqual([expect.stringMatching(/^docs\/page\.md:6: error TS2322/)]);
    } finally {
      other.remove();
    }
  });
});
