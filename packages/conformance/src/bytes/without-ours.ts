import { MILLISECONDS, UUID } from '../expectations.ts';

const RESPONSE_TIME = /^x-response-time$/i;
const REQUEST_ID = /^x-request-id$/i;

/** What is left of an answer, and how many times each of our headers was in it. */
export interface Stripped<Content> {
  readonly content: Content;
  readonly responseTimes: number;
  readonly requestIds: number;
  /** Answers that are not informational. */
  readonly answers: number;
}

/**
 * Takes the lines of our two headers out of the bytes of HTTP/1 answers, and the value of Date.
 * An application's own header of the same name stays: its value does not look like ours.
 */
export function bytesWithoutOurs(bytes: string): Stripped<string> {
  let responseTimes = 0;
  let requestIds = 0;
  const content = bytes
    .replace(/\r\nX-Response-Time: \d+\.\d{3}ms(?=\r\n)/g, () => (responseTimes++, ''))
    .replace(/\r\nX-Request-ID: [0-9a-f-]{36}(?=\r\n)/g, () => (requestIds++, ''))
    .replace(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)/g, '\r\nDate: *');
  return { content, responseTimes, requestIds, answers: content.match(/HTTP\/1\.[01] [2-9]\d\d /g)?.length ?? 0 };
}

/** The same for the headers of an HTTP/2 answer, names and values in turns. */
export function headersWithoutOurs(rawHeaders: readonly string[]): Stripped<string[]> {
  const content: string[] = [];
  let responseTimes = 0;
  let requestIds = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    const value = rawHeaders[at + 1]!;
    if (RESPONSE_TIME.test(name) && MILLISECONDS.test(value)) responseTimes++;
    else if (REQUEST_ID.test(name) && UUID.test(value)) requestIds++;
    else content.push(name, name === 'date' && value.endsWith(' GMT') && !value.includes('1970') ? '*' : value);
  }
  return { content, responseTimes, requestIds, answers: content.length === 0 ? 0 : 1 };
}
