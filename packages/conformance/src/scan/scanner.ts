import { connect } from 'node:net';

const SOCKETS = 4;
const BATCH = 64;
const STATUS_LINE = Buffer.from('HTTP/1.1 ');

/**
 * Sends GET requests for URLs over a few connections, many at once on each, and waits for all answers.
 *
 * @returns how many answers came
 * @throws {Error} if a connection closes before
 */
export async function scan(port: number, urls: Iterator<string>): Promise<number> {
  const counts = await Promise.all(Array.from({ length: SOCKETS }, () => scanOn(port, urls)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function scanOn(port: number, urls: Iterator<string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sent = 0;
    let answered = 0;
    const next = (): void => {
      let batch = '';
      for (let left = BATCH; left > 0; left--) {
        const { value, done } = urls.next();
        if (done === true) break;
        batch += `GET ${value} HTTP/1.1\r\nHost: a\r\n\r\n`;
        sent++;
      }
      if (batch === '') socket.end();
      else socket.write(batch, 'latin1');
    };
    const count = statusLineCounter();
    socket.on('connect', next);
    socket.on('data', (chunk) => {
      answered += count(chunk);
      if (answered === sent) next();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (answered === sent) resolve(answered);
      else reject(new Error(`the connection closed after ${answered} of ${sent} answers`));
    });
  });
}

// Counts where answers begin, also where a chunk ends in the middle of one.
function statusLineCounter(): (chunk: Buffer) => number {
  let carried = Buffer.alloc(0);
  return (chunk) => {
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    let count = 0;
    let end = 0;
    for (let at = bytes.indexOf(STATUS_LINE); at !== -1; at = bytes.indexOf(STATUS_LINE, end)) {
      count++;
      end = at + STATUS_LINE.length;
    }
    carried = Buffer.from(bytes.subarray(Math.max(end, bytes.length - STATUS_LINE.length + 1)));
    return count;
  };
}
