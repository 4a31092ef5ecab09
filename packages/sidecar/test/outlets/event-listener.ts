import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One event as it was received. */
export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of an event stream over a connection of its own. */
export class EventListener {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** What is not an event: fields and comments by themselves. */
  readonly others: string[] = [];
  readonly events: ReceivedEvent[] = [];
  readonly closed: Promise<void>;
  readonly #req: ClientRequest;
  readonly #res: IncomingMessage;
  #rest = '';

  private constructor(req: ClientRequest, res: IncomingMessage) {
    this.#req = req;
    this.#res = res;
    this.status = res.statusCode;
    this.headers = res.headers;
    this.closed = new Promise((resolve) => res.on('close', resolve));
    // A connection that the server resets is over as well.
    res.on('error', () => undefined);
    res.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  static async connect(port: number, path = '/api/v1/stream', method = 'GET'): Promise<EventListener> {
    const headers = { host: 'localhost', 'accept-encoding': 'gzip' };
    const req = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    return new EventListener(req, res);
  }

  /** Whether the server ended the response, rather than the connection under it. */
  get complete(): boolean {
    return this.#res.complete;
  }

  /** Takes nothing any more, until `resume`. */
  pause(): void {
    this.#res.pause();
  }

  resume(): void {
    this.#res.resume();
  }

  close(): void {
    this.#req.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [id, event, data] = [field('id'), field('event'), field('data')];
      if (id !== undefined && event !== undefined && data !== undefined) {
        this.events.push({ id, event, data: JSON.parse(data) as ReceivedEvent['data'] });
      }
      this.others.push(...lines.filter((line) => !/^(?:id|event|data): /.test(line)));
    }
  }
}
