/** What both applications do alike, on Node's own request and response, by path. */
export const behaviours = {
  '/stream': (_request, response) => {
    let left = 5;
    const write = () => {
      if (left === 0) response.end();
      else {
        left -= 1;
        response.write('chunk\n');
        setImmediate(write);
      }
    };
    write();
  },
  // Goes on until the client leaves.
  '/endless': (_request, response) => {
    const timer = setInterval(() => response.write('chunk\n'), 5);
    response.on('close', () => clearInterval(timer));
  },
  // Later than any client of the tests waits.
  '/late': (_request, response) => {
    const timer = setTimeout(() => response.end('late\n'), 30_000);
    response.on('close', () => clearTimeout(timer));
  },
  '/events': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: 1\n\n');
  },
};
