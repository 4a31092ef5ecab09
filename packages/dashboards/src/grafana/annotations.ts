import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Annotation } from '../dashboard.ts';
import { DATASOURCE } from './targets.ts';

/** What every dashboard of Grafana has: marks that people set themselves. */
export function ownAnnotations(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Annotations & Alerts')
    .datasource({ type: 'grafana', uid: '-- Grafana --' })
    .builtIn(1)
    .enable(true)
    .hide(true)
    .iconColor('rgba(0, 211, 255, 1)')
    .type('dashboard');
}

/** Marks on the time axis, one for every sample. */
export function annotation(
  { name, expr, title, colour, valueIsTime }: Annotation,
  scrapeIntervalS: number,
): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource({ ...DATASOURCE })
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .expr(expr)
    .step(`${scrapeIntervalS}s`)
    .titleFormat(title)
    .useValueForTime(valueIsTime ?? false);
}
