import type { PrometheusClient } from '../live/prometheus-client.ts';
import { PrometheusError } from '../live/prometheus-error.ts';
import type { Finding } from './finding.ts';

/** Asks whether there is a Prometheus that answers queries, and which one. */
export async function connect(client: PrometheusClient): Promise<{ readonly version?: string } | Finding> {
  try {
    await client.query('vector(1)');
  } catch (error) {
    return why(client, error as Error);
  }
  // What has only the API of queries has no build.
  const version = await client.buildinfo().then(
    (build) => build.version,
    () => undefined,
  );
  return version === undefined ? {} : { version };
}

function why({ url }: PrometheusClient, error: Error): Finding {
  const { type, message } = error instanceof PrometheusError ? error : { type: '', message: error.message };
  if (type === 'unauthorized') {
    return {
      code: 'credentials',
      why: message,
      mend: `--header 'Authorization: Bearer …', or user and password in the URL`,
    };
  }
  if (type === 'unavailable')
    return { code: 'unreachable', why: `${message}: it is starting, or a proxy does not reach it`, mend: 'ask again' };
  if (type === 'unreachable' || type === 'timeout') {
    return { code: 'unreachable', why: message, mend: mendOf(url, message) };
  }
  return {
    code: 'not-prometheus',
    why: `${message}, which is not what Prometheus answers`,
    mend: `give with --prometheus what /api/v1/query can be put behind, for Mimir with /prometheus`,
  };
}

function mendOf(url: string, message: string): string {
  if (/wrong version number|packet length too long/i.test(message)) return 'http:// in the place of https://';
  if (/certificate|altnames/i.test(message))
    return 'NODE_EXTRA_CA_CERTS=/path/to/ca.pem before the command; and the name that the certificate is for, in --prometheus';
  return `curl ${url}-/ready; give the address with --prometheus`;
}

// Of the client itself: what Prometheus says of a query is something else.
const UNANSWERED: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'unavailable', 'unauthorized', 'status']);

/** What became of a question that Prometheus, once it was found, did not answer; undefined if it refused the question. */
export function unanswered(error: Error): Finding | undefined {
  if (!(error instanceof PrometheusError && UNANSWERED.has(error.type))) return undefined;
  return {
    code: 'no-answer',
    why: error.message.replaceAll(/\s+/g, ' '),
    mend: 'ask again, for less at once: --dashboard api',
  };
}
