import { Agent, request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Port } from './stage.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** The media types of OTLP. */
export const JSON_TYPE: OutgoingHttpHeaders = { 'content-type': 'application/json' };
export const PROTOBUF_TYPE: OutgoingHttpHeaders = { 'content-type': 'application/x-protobuf' };

/** Sends a body to the OTLP receiver; resolves to the status and what was answered, with status 0 if it hung up. */
export function post(
  { host, port }: Port,
  body: Buffer | string,
  headers: OutgoingHttpHeaders,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const req = request({ host, port, agent, path: '/v1/metrics', method: 'POST', headers }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    req.on('error', () => resolve({ status: 0, body: '' }));
    req.end(body);
  });
}
