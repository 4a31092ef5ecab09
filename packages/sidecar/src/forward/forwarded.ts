import { transcode } from './transcode.ts';

/** A request for a backend. */
export interface ForwardedRequest {
  /** An ExportMetricsServiceRequest in protobuf, not compressed. */
  readonly body: Uint8Array;
  /** Data points in it. */
  readonly points: number;
  /** Data points that were left out of it, since protobuf cannot say what was sent. */
  readonly unencodable: number;
}

/** What tells the sidecar's own measurements from those of other sidecars. */
export interface SidecarIdentity {
  /** Configured name of this sidecar: the resource attribute `host.name`, as it is the label `instance` of a scrape. */
  readonly instance: string;
  /** New at every start of the sidecar: `service.instance.id`. */
  readonly instanceId: string;
  /** When the sidecar started, in milliseconds since 1970: its own counters begin there. */
  readonly startedAt: number;
  /** When the host booted, in milliseconds since 1970: counters of the kernel begin there. */
  readonly bootedAt: number;
}

/**
 * A request that an application pushed, ready for backends: protobuf byte for byte, JSON transcoded.
 *
 * @param bytes the body, decompressed, which the receiver has accepted
 * @param points data points in it, as the receiver counted them: stored and dropped
 * @throws {Error} if the body is not such a request
 * @example const { body, points } = toForwarded(bytes, 'json', 160);
 */
export function toForwarded(bytes: Uint8Array, encoding: 'json' | 'protobuf', points: number): ForwardedRequest {
  if (encoding === 'protobuf') return { body: bytes, points, unencodable: 0 };
  const { body, leftOut } = transcode(bytes);
  const unencodable = Math.min(leftOut, points);
  return { body, points: points - unencodable, unencodable };
}
