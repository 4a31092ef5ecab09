import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectSecure } from 'node:tls';
import type { SidecarConfig } from '@outrider/sidecar';

const DEADLINE_MS = 2_000;

/** Whether a sidecar is well, and why. */
export interface Health {
  readonly ok: boolean;
  readonly reason: string;
}

/**
 * `outrider sidecar --health`: asks `/readyz` of the sidecar that runs with this configuration, for containers that have
 * no curl. Says so in one line, within two seconds. Returns the exit code: 0 well, 1 not.
 */
export async function health(config: SidecarConfig): Promise<number> {
  const { ok, reason } = await askHealth(config);
  (ok ? process.stdout : process.stderr).write(`${reason.replaceAll('\n', ' ')}\n`);
  return ok ? 0 : 1;
}

/** Asks a sidecar whether it is ready; never rejects. */
export async function askHealth(config: SidecarConfig, deadlineMs: number = DEADLINE_MS): Promise<Health> {
  if (config.metrics.listen.port === 0) return unwell('metrics.listen has port 0: nobody knows where it listens');
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await Promise.race([ask(config, signal), late(signal, deadlineMs)]);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return unwell(code === undefined ? message : `${code} at ${addressOf(config)}`);
  }
}

async function late(signal: AbortSignal, deadlineMs: number): Promise<Health> {
  await once(signal, 'abort');
  return unwell(`no answer within ${deadlineMs} ms`);
}

async function ask(config: SidecarConfig, signal: AbortSignal): Promise<Health> {
  try {
    return await askReady(config, signal);
  } catch (error) {
    // Whoever has no certificate that it trusts is cut off, by a sidecar that is alive: in TLS 1.2 before the end of the
    // handshake, from 1.3 on after it.
    const isCutOff = ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
    const asksForCertificate = config.access.web?.tls?.clientAuth.startsWith('Require') === true;
    if (asksForCertificate && isCutOff) return well('alive: it asks for a certificate, so /readyz cannot be asked');
    throw error;
  }
}

async function askReady(config: SidecarConfig, signal: AbortSignal): Promise<Health> {
  const { access, metrics } = config;
  const host = reachable(metrics.listen.host);
  const { port } = metrics.listen;
  const socket = await connected(config, host, port, signal);
  const authorization = access.token && `Bearer ${access.token.read()}`;
  const req = request({
    path: '/readyz',
    headers: { host: addressOf(config), ...(authorization && { authorization }) },
    createConnection: () => socket,
    signal,
  });
  req.end();
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return judge(config, res.statusCode, (await text(res)).trim());
}

/** A connection to what has this configuration's certificate, where it has one: nobody else is shown the token. */
async function connected({ access }: SidecarConfig, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const own = access.web?.tls?.cert.content.read();
  if (own === undefined) {
    const socket = connect({ host, port });
    signal.addEventListener('abort', () => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }
  // Neither its names nor its issuer say that it is this one: the certificate itself does.
  const socket = connectSecure({ host, port, rejectUnauthorized: false });
  signal.addEventListener('abort', () => socket.destroy());
  await once(socket, 'secureConnect');
  if (socket.getPeerX509Certificate()?.fingerprint256 !== new X509Certificate(own).fingerprint256) {
    socket.destroy();
    throw new Error('what answers there has another certificate');
  }
  return socket;
}

function judge({ access }: SidecarConfig, status: number | undefined, body: string): Health {
  if (status === 200) return well(body);
  if (status === 401 && access.token === undefined)
    return well('alive: it asks for a password, so /readyz cannot be asked');
  if (status === 401) return unwell('the token is not that of the sidecar that answers');
  if (status === 429) return well('alive: it is asked more often than its rate_limit allows');
  return unwell(`${status}: ${body}`);
}

/** Host and port, as the header Host has them. */
function addressOf({ metrics: { listen } }: SidecarConfig): string {
  const host = reachable(listen.host);
  return `${isIPv6(host) ? `[${host}]` : host}:${listen.port}`;
}

/** Where to connect to reach what listens on all addresses. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return /^[0:]+$/.test(host) ? '::1' : host;
}

function well(reason: string): Health {
  return { ok: true, reason };
}

function unwell(reason: string): Health {
  return { ok: false, reason };
}
