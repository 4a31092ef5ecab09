import type { LimitName } from '../limit-counts.ts';

/** Why a request is answered with an error status; the message is for the client, so it holds no secret. */
export class RequestError extends Error {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The limit that it was over, if that is why. */
  readonly limit: LimitName | undefined;

  constructor(status: number, message: string, options: ErrorOptions & { readonly limit?: LimitName } = {}) {
    super(message, options);
    this.name = 'RequestError';
    this.status = status;
    this.limit = options.limit;
  }
}
