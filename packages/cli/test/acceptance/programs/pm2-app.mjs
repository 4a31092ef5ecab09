import { createServer } from 'node:http';
import { outrider } from '@outrider/express';
import express from 'express';

/** What PM2's documentation has an application do to be reloaded without an interruption. */
const app = express();
app.use(outrider());
app.get('/items/:id', (_request, response) => {
  setTimeout(() => response.end('item\n'), 5);
});
const server = createServer(app);
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGINT', () => server.close(() => process.exit(0)));
