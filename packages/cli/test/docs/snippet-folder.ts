import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './snippet.ts';
import type { Snippet } from './snippet.ts';

const TYPESCRIPT = join(ROOT, 'node_modules/typescript/bin/tsc');
const FREE_PORT = fileURLToPath(new URL('free-port.ts', import.meta.url));
const SHOW_METRICS = new URL('show-metrics.ts', import.meta.url).href;
// On the build, as readers have it: to strip the types of all sources takes longer than most snippets do.
const NODE_FLAGS = ['--enable-source-maps'];
const DEADLINE_MS = 30_000;

/** A folder outside of the workspace in which snippets find what they import, as an application's would. */
export class SnippetFolder {
  readonly #parent: string = mkdtempSync(join(tmpdir(), 'outrider-snippets-'));
  readonly path: string = join(this.#parent, 'shop');

  constructor() {
    symlinkSync(join(ROOT, 'node_modules'), join(this.#parent, 'node_modules'));
    mkdirSync(this.path);
    // Of a library that others here use in another version, it is the one that the pages are about.
    symlinkSync(join(ROOT, 'packages/probes/node_modules'), join(this.path, 'node_modules'));
    writeFileSync(join(this.path, 'package.json'), JSON.stringify({ name: 'shop', version: '1.0.0', type: 'module' }));
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.#parent, { recursive: true });
  }

  /** The errors of the type checker in these snippets, by page and line. */
  typeErrors(snippets: readonly Snippet[]): string[] {
    const places = new Map(snippets.map((snippet) => [this.#write(snippet, 'ts', numbered(snippet)), snippet.page]));
    const options = {
      extends: join(ROOT, 'tsconfig.test.json'),
      compilerOptions: {
        noUnusedLocals: false,
        noUnusedParameters: false,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        // A class that is injected is imported for its metadata too.
        verbatimModuleSyntax: false,
      },
      include: ['*.ts'],
    };
    writeFileSync(join(this.path, 'tsconfig.json'), JSON.stringify(options));
    const { stdout, stderr } = spawnSync(process.execPath, [TYPESCRIPT, '--pretty', 'false', '-p', this.path], {
      cwd: this.path,
      encoding: 'utf8',
    });
    return (stdout + stderr)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        line.replace(/^(\S+\.ts)\((\d+),\d+\)/, (_, file: string, at: string) => `${places.get(file)}:${at}`),
      );
  }

  /** Starts a snippet's program. One whose metrics are to be shown ends with exit code 0 once they are. */
  start(snippet: Snippet, variables: NodeJS.ProcessEnv = {}): SnippetProgram {
    if (snippet.mark.kind !== 'show') return new SnippetProgram(this.path, this.#asJavaScript(snippet), variables);
    const code = `${snippet.code}\nawait (await import('${SHOW_METRICS}')).showMetrics();\n`;
    const file = this.#asJavaScript({ ...snippet, code });
    return new SnippetProgram(this.path, file, { ...variables, LINES_TO_SHOW: JSON.stringify(snippet.mark.lines) });
  }

  /** What is wrong with a fragment: it does not parse, or imports what does not exist. */
  fragmentError(snippet: Snippet): string | undefined {
    const file = this.#asJavaScript(snippet);
    const code = readFileSync(join(this.path, file), 'utf8');
    const imports = [...code.matchAll(/^import [^;]+;$/gm)].map(([text]) => text);
    for (const args of [
      ['--check', file],
      ['--input-type=module', '--eval', imports.filter((text) => !text.includes("'./")).join('\n')],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [...NODE_FLAGS, ...args], {
        cwd: this.path,
        env: environment(this.path),
        encoding: 'utf8',
      });
      if (status !== 0) return stderr;
    }
    return undefined;
  }

  // TypeScript's own output and not Node's stripping: decorators need it.
  #asJavaScript(snippet: Snippet): string {
    if (snippet.language === 'js') return this.#write(snippet, 'mjs', numbered(snippet));
    const file = this.#write(snippet, 'ts', numbered(snippet));
    const flags = ['--noCheck', '--noResolve', '--ignoreConfig', '--experimentalDecorators', '--emitDecoratorMetadata'];
    const output = ['--target', 'es2024', '--module', 'nodenext', '--inlineSourceMap'];
    spawnSync(process.execPath, [TYPESCRIPT, ...flags, ...output, file], { cwd: this.path });
    return file.replace(/\.ts$/, '.js');
  }

  #write({ page, line }: Snippet, extension: string, code: string): string {
    const name = `${page.replaceAll(/\W+/g, '-')}-${line}.${extension}`;
    writeFileSync(join(this.path, name), code);
    return name;
  }
}

// Errors then tell the page's own lines.
function numbered({ line, code }: Snippet): string {
  return '\n'.repeat(line) + code;
}

// What is set where the tests run would change what the snippets do.
function environment(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:OTEL|OUTRIDER|VITEST|NODE_OPTIONS)/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: 'production', OUTRIDER_SOCKET: join(folder, 'nobody.sock') };
}

/** The process of a snippet. */
class SnippetProgram {
  /** Everything it has written. */
  output = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(folder: string, file: string, variables: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [...NODE_FLAGS, '--import', FREE_PORT, file], {
      cwd: folder,
      env: { ...environment(folder), ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.#ended = once(this.#child, 'close');
  }

  /**
   * The port that it listens on.
   *
   * @throws {Error} with its output if it ends before it listens
   */
  async port(): Promise<number> {
    const message = once(this.#child, 'message', { signal: AbortSignal.timeout(DEADLINE_MS) });
    const first = await Promise.race([message, this.#ended.then(() => undefined)]);
    if (first === undefined) throw new Error(`the program ended and did not listen:\n${this.output}`);
    return (first[0] as { readonly port: number }).port;
  }

  /** Waits for its end, which must come by itself; its exit code. */
  async end(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), DEADLINE_MS);
    await this.#ended;
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await this.end();
  }
}
