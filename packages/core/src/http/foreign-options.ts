// Names that similar middleware gives to its options -> what to write here instead. docs/migration has the tables.
const HINTS: ReadonlyArray<readonly [names: string, hint: string]> = [
  ['excludeRoutes bypass blacklist routeBlacklist ignoreStartsWith disableMetrics', 'use exclude'],
  ['customLabels transformLabels labelNames extractAdditionalLabelValuesFn', 'use labels'],
  [
    'normalizePath urlValueParser urlPathReplacement getRouteLabel statsId',
    "the route is the router's; use route where it has none",
  ],
  ['includeMethod includePath includeStatusCode', 'always a label: leave it out'],
  ['formatStatusCode groupStatusCodes groupStatus', 'a status is recorded as it was sent: group in the query'],
  ['enableExemplars', 'always there where a tracer runs: leave it out'],
  ['collectDefaultMetrics defaultMetrics', 'always recorded: leave it out'],
  ['includeUp', 'Prometheus has an up of its own: leave it out'],
  [
    'metricsPath metricsApp autoregister endpoint',
    'the sidecar serves /metrics; in the application: metricsHandler() of @outrider/otel',
  ],
  ['promClient promRegistry registry register registers', 'prom-client is not used: leave it out'],
  [
    'prefix httpDurationMetricName metricOptions routeMetrics',
    'the names of the metrics are fixed, and so are the paths of routes: leave it out',
  ],
  ['metricType percentiles maxAgeSeconds ageBuckets pruneAgedBuckets', 'always a histogram: see buckets'],
  ['durationBuckets requestDurationBuckets', 'use buckets, in seconds'],
  ['digits', 'use responseTime: { digits }'],
  ['suffix hrtime', 'the response time is in ms and says so: leave it out'],
  ['header', 'use responseTime: { header } or requestId: { header }'],
  ['headerName', 'use requestId: { header }'],
  ['setHeader', 'use requestId: false for none'],
  ['generator', 'use requestId: { generator }'],
  ['limitLength', 'ids of 1 to 128 characters are kept: leave it out'],
  ['attributeName', 'the id is on the request: leave it out'],
  ['trustIncoming', 'use requestId: { trust }'],
  [
    'title theme path socketPath websocket spans chartVisibility healthChecks',
    'there is no page in the application: the sidecar serves the figures',
  ],
];

const HINT_OF: ReadonlyMap<string, string> = new Map(
  HINTS.flatMap(([names, hint]) => names.split(' ').map((name) => [name, hint] as const)),
);

/** What to write instead of an option that similar middleware has; undefined if the name is unknown there too. */
export function foreignOptionHint(name: string): string | undefined {
  return HINT_OF.get(name);
}
