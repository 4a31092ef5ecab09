import { qualityList } from '../http/quality-list.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import { openMetricsFormat } from './open-metrics-format.ts';
import { textFormat } from './text-format.ts';

/**
 * The format for a header Accept: OpenMetrics 1.0 where it is named, not less liked than the text format; else text, which
 * everybody can read, even where something else was asked for. Prometheus, from 2.5 on, names it first.
 */
export function negotiateFormat(accept: string): ExpositionFormat {
  let openMetrics = 0;
  let named: number | undefined;
  let anyText: number | undefined;
  let any = 0;
  for (const { value, parameters, quality } of qualityList(accept)) {
    const version = parameters.get('version');
    if (value === 'application/openmetrics-text' && (version === undefined || version === '1.0.0')) {
      openMetrics = Math.max(openMetrics, quality);
    } else if (value === 'text/plain' && (version === undefined || version === '0.0.4')) {
      named = Math.max(named ?? 0, quality);
    } else if (value === 'text/*') anyText = quality;
    else if (value === '*/*') any = quality;
  }
  return openMetrics > 0 && openMetrics >= (named ?? anyText ?? any) ? openMetricsFormat : textFormat;
}
