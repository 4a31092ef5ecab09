import type { Secret } from './secret.ts';
import { readWebConfig } from './web-config.ts';
import type { WebConfig } from './web-config.ts';

/** What the settings say about who may talk to the sidecar over TCP. On the Unix socket, the mode of its file says so. */
export interface AccessSettings {
  /** The bearer token that every request over TCP must carry. */
  readonly token: Secret | undefined;
  /** Path of a web configuration file in the format of Prometheus' exporter-toolkit: TLS and basic authentication. */
  readonly webConfigFile: string | undefined;
  /** Names by which the sidecar may be called, besides loopback and the address that it is reached at. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may read from it, such as `https://grafana.example`. */
  readonly allowedOrigins: readonly string[];
}

/** The same, with what the web configuration file says. */
export interface Access extends AccessSettings {
  /** Undefined where there is no such file. */
  readonly web: WebConfig | undefined;
}

/**
 * Reads the web configuration file, if there is one.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG or OUTRIDER_CONFIG_FILE that names file, key and what is wrong
 */
export function readAccess(settings: AccessSettings): Access {
  const { webConfigFile } = settings;
  return { ...settings, web: webConfigFile === undefined ? undefined : readWebConfig(webConfigFile) };
}
