/** Something is wrong with a key inside a value; the message is its path and the problem. */
export class FieldError extends Error {
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path} ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }

  /** What went wrong while the key was read, as an error of that key. */
  static at(key: string, error: unknown): FieldError {
    const options = { cause: error };
    if (error instanceof FieldError) return new FieldError(`${key}.${error.path}`, error.problem, options);
    return new FieldError(key, (error as Error).message, options);
  }
}
