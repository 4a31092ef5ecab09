import { describe, expect, it } from 'vitest';
import { negotiateFormat } from '../../src/outlets/negotiate-format.ts';
import { openMetricsFormat } from '../../src/outlets/open-metrics-format.ts';
import { textFormat } from '../../src/outlets/text-format.ts';

describe('the format of /metrics', () => {
  it.each([
    // Prometheus 2.42.
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    // Prometheus 3.
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    // Prometheus 3 where it would rather have native histograms.
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    'application/openmetrics-text',
    'Application/OpenMetrics-Text; Version="1.0.0"; charset=utf-8',
    'text/plain, application/openmetrics-text',
    'text/plain;q=0, application/openmetrics-text;q=0.1',
    'text/*;q=0.4, */*, application/openmetrics-text;q=0.5',
  ])('is OpenMetrics for %j', (accept) => {
    expect(negotiateFormat(accept)).toBe(openMetricsFormat);
  });

  it.each([
    '',
    // curl, a browser, Prometheus before 2.5.
    '*/*',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1',
    'application/openmetrics-text;version=0.0.1',
    'application/openmetrics-text;version=2.0.0',
    'application/openmetrics-text;q=0',
    'application/openmetrics-text;q=0.5, text/plain',
    'application/openmetrics-text;q=0.5, text/plain;version=0.0.4;q=0.6',
    'application/openmetrics-text;q=0.5, */*',
    'application/openmetrics-text;q=much',
    'application/*',
    'image/png',
    'application/json;q=nonsense;;,,=,"',
  ])('is text for %j', (accept) => {
    expect(negotiateFormat(accept)).toBe(textFormat);
  });
});
