/** A connection that asks again as soon as it has its answer. */
export interface LoadConnection {
  /** The head of the last reply, a line a header. */
  readonly lastHead: string;
  /**
   * Sends one request after another until there is none left.
   *
   * @param next the place of the next request among those it was opened with, undefined if there are no more
   * @throws {Error} if the server does not answer 200, or not at all
   */
  send(next: () => number | undefined): Promise<void>;
}
