import type { Secret } from './secret.ts';

/** Who may talk to the sidecar over TCP. On the Unix socket, the mode of its file says so. */
export interface Access {
  /** The bearer token that every request over TCP must carry. */
  readonly token: Secret | undefined;
  /** Path of a web configuration file in the format of Prometheus' exporter-toolkit: TLS and basic authentication. */
  readonly webConfigFile: string | undefined;
  /** Names by which the sidecar may be called, besides loopback and the address that it is reached at. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may read from it, such as `https://grafana.example`. */
  readonly allowedOrigins: readonly string[];
}
