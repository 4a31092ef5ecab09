import { PrometheusError } from '../live/prometheus-client.ts';
import type { PrometheusClient } from '../live/prometheus-client.ts';
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
    return { code: 'unreachable', why: message, mend: `curl ${url}-/ready; give the address with --prometheus` };
  }
  return {
    code: 'not-prometheus',
    why: `${message}, which is not what Prometheus answers`,
    mend: `give with --prometheus what /api/v1/query can be put behind, for Mimir with /prometheus`,
  };
}
