import type { SidecarLimits } from './config.ts';
import type { OtlpLimits } from './receivers/otlp-limits.ts';

/** The limits of the OTLP receivers, as the configuration sets them. */
export function receiverLimits(limits: SidecarLimits): Partial<OtlpLimits> {
  return {
    wireBytes: limits.bodyBytes,
    decodedBytes: limits.decodedBytes,
    values: limits.valuesPerRequest,
    anyValueDepth: limits.depth,
    fieldNames: limits.fieldNames,
    resources: limits.resourcesPerRequest,
    metrics: limits.metricsPerRequest,
    points: limits.pointsPerRequest,
    attributesPerPoint: limits.attributesPerPoint,
    attributesPerResource: limits.attributesPerResource,
    bucketsPerPoint: limits.bucketsPerPoint,
    exemplarsPerPoint: limits.exemplarsPerPoint,
    nameLength: limits.nameLength,
    unitLength: limits.unitLength,
    valueLength: limits.labelLength,
    slowRequests: limits.slowRequests,
    slowRequestBytes: limits.slowRequestBytes,
    // One request of the permitted size must always fit.
    inFlightBytes: Math.max(limits.inFlightBytes, limits.bodyBytes),
  };
}
