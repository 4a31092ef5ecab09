import type { RequestListener } from 'node:http';
import type { SidecarConfig } from './config.ts';
import { socketGate } from './http/gate.ts';
import type { Gate } from './http/gate.ts';
import { receiverLimits } from './receiver-limits.ts';
import { createOtlpHandler } from './receivers/otlp-http.ts';
import type { OtlpHandlerOptions } from './receivers/otlp-http.ts';

/** What receivers are given whatever the configuration is. */
export type ReceivingOptions = Pick<
  OtlpHandlerOptions,
  'sink' | 'onRequest' | 'onLimit' | 'onDone' | 'onError' | 'onMisdirected'
> & {
  /** Takes what is to be forwarded. */
  readonly forward: NonNullable<OtlpHandlerOptions['onAccepted']>;
};

interface Handlers {
  readonly overTcp: RequestListener;
  readonly overSocket: RequestListener;
}

/** The receivers of OTLP/HTTP. A request that is under way ends with the configuration that it began with. */
export class Receiving {
  readonly overTcp: RequestListener = (req, res) => this.#handlers.overTcp(req, res);
  readonly overSocket: RequestListener = (req, res) => this.#handlers.overSocket(req, res);
  readonly #options: ReceivingOptions;
  #handlers: Handlers;

  constructor(config: SidecarConfig, gate: Gate, options: ReceivingOptions) {
    this.#options = options;
    this.#handlers = this.#handlersOf(config, gate);
  }

  /** Receives by another configuration from the next request on. */
  apply(config: SidecarConfig, gate: Gate): void {
    this.#handlers = this.#handlersOf(config, gate);
  }

  #handlersOf({ limits, otlp, forward }: SidecarConfig, gate: Gate): Handlers {
    const { forward: onAccepted, ...options } = this.#options;
    const handler = (at: Gate): RequestListener =>
      createOtlpHandler({
        ...options,
        gate: at,
        limits: receiverLimits(limits),
        scopeLabels: otlp.scopeLabels,
        ...(forward.length === 0 ? {} : { onAccepted }),
      });
    return { overTcp: handler(gate), overSocket: handler(socketGate) };
  }
}
