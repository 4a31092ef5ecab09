import type { SidecarConfig } from './config.ts';
import type { ListenAddress } from './config/listen-address.ts';

/** The listeners, as /readyz and the log name them. */
export type ListenerName = 'OTLP listener' | 'metrics listener' | 'OTLP socket';

/** Where one of them is to be. */
export interface Place {
  readonly name: ListenerName;
  readonly at: ListenAddress | { readonly path: string };
  /** The key of the configuration that says so. */
  readonly setting: string;
}

/** Where a configuration wants the listeners, in the order in which they are opened. */
export function placesOf({ otlp, metrics }: SidecarConfig): readonly Place[] {
  return [
    { name: 'OTLP listener', at: otlp.listen, setting: 'otlp.listen' },
    { name: 'metrics listener', at: metrics.listen, setting: 'metrics.listen' },
    // Last: whoever has both ports is alone here, so that no two can replace the socket of a dead one at once.
    ...(otlp.socket === false
      ? []
      : [{ name: 'OTLP socket', at: { path: otlp.socket }, setting: 'otlp.socket' } as const]),
  ];
}
