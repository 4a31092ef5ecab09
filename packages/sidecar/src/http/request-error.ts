/** Why a request is answered with an error status; the message is for the client, so it holds no secret. */
export class RequestError extends Error {
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RequestError';
    this.status = status;
  }
}
