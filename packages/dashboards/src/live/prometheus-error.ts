/** Prometheus did not answer, or not with a result. */
export class PrometheusError extends Error {
  /**
   * `unreachable`, `timeout`, `unauthorized`, `status` (no answer of Prometheus' API, such as that of a proxy), or what Prometheus calls
   * it: `bad_data`, `execution`, `canceled`, `unavailable`, `not_found`.
   */
  readonly type: string;

  constructor(type: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PrometheusError';
    this.type = type;
  }
}
