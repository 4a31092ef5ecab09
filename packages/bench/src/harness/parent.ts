/** Answers what the process that started this one asks. */
export type Answer = (request: never) => object | Promise<object>;

/**
 * Serves the process that started this one: says `ready`, then answers each message, and ends with that process. An
 * answer that throws ends this process, with the reason on stderr.
 */
export function serveParent(ready: object, answer: Answer): void {
  const send = (message: object): void => void process.send?.(message);
  process.on('message', (request) => {
    void Promise.resolve(answer(request as never)).then(send);
  });
  process.once('disconnect', () => process.exit());
  send(ready);
}
