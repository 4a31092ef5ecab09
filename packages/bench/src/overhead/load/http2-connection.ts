import { once } from 'node:events';
import { connect } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import type { LoadConnection } from './load-connection.ts';

type Headers = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** One HTTP/2 session without TLS, with one request at a time as {@link Connection} has. */
export class Http2Connection implements LoadConnection {
  readonly #session: ClientHttp2Session;
  readonly #paths: readonly string[];
  #lastHeaders: Headers = {};

  private constructor(session: ClientHttp2Session, paths: readonly string[]) {
    this.#session = session;
    this.#paths = paths;
  }

  /** Connects over loopback. */
  static async open(port: number, paths: readonly string[]): Promise<Http2Connection> {
    const session = connect(`http://127.0.0.1:${port}`);
    await once(session, 'connect');
    return new Http2Connection(session, paths);
  }

  get lastHead(): string {
    return Object.entries(this.#lastHeaders)
      .map(([name, value]) => `\r\n${name}: ${String(value)}`)
      .join('');
  }

  async send(next: () => number | undefined): Promise<void> {
    for (let at = next(); at !== undefined; at = next()) await this.#ask(this.#paths[at]!);
  }

  #ask(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({
        ':path': path,
        'user-agent': 'outrider-bench',
        accept: 'application/json',
      });
      let answered = false;
      stream.on('response', (headers) => {
        answered = headers[':status'] === 200;
        if (!answered) reject(new Error(`The server answered ${headers[':status']}.`));
        this.#lastHeaders = headers;
      });
      stream.on('error', reject);
      stream.on('end', () => {
        if (answered) resolve();
        else reject(new Error('The server closed a stream without an answer.'));
      });
      stream.resume();
    });
  }
}
