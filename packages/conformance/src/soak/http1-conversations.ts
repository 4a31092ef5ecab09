import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';
import type { Conversation, Party, Weighted } from './conversation.ts';
import { expecting } from './expected.ts';
import type { Expected } from './expected.ts';
import type { Random } from './random.ts';

const HOST = 'Host: localhost\r\n';
const JSON_BODY = '{"a":1}';
const CHUNK = 'x'.repeat(1000);

type Line = readonly [method: string, text: string];

function line(method: string, path: string, expected: Expected, headers = '', body = ''): Line {
  return [method, `${method} ${expecting(path, expected)} HTTP/1.1\r\n${HOST}${headers}\r\n${body}`];
}

const json = `Content-Type: application/json\r\nContent-Length: ${JSON_BODY.length}\r\n`;
const chunk = `${CHUNK.length.toString(16)}\r\n${CHUNK}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

const ANSWERED: readonly Line[] = [
  ...Array.from({ length: 10 }, (_, at) => line('GET', `/users/${at}`, 'completed')),
  line('GET', '/shops/9/items/7', 'completed'),
  line('GET', '/admin/hello/ann', 'completed'),
  line('GET', '/nowhere/42', 'completed'),
  line('GET', '/thrown', 'completed'),
  line('GET', '/rejected', 'completed'),
  line('GET', '/handled', 'completed'),
  line('GET', '/not-modified', 'completed'),
  line('GET', '/no-content', 'completed'),
  line('GET', '/early-hints', 'completed'),
  line('GET', '/trailers', 'completed'),
  line('GET', '/paired-headers', 'completed'),
  line('GET', '/bad-head', 'completed'),
  line('HEAD', '/users/42', 'completed'),
  line('HEAD', '/nowhere', 'completed'),
  line('POST', '/users/42', 'completed', json, JSON_BODY),
  line('POST', '/upload', 'completed', CHUNKED, `${chunk}${chunk}0\r\n\r\n`),
  line('POST', '/upload', 'completed', `Content-Length: ${CHUNK.length}\r\n`, CHUNK),
];
const LONG: readonly Line[] = [line('GET', '/stream', 'completed'), line('GET', '/events', 'completed')];

const USER = line('GET', '/users/1', 'completed');
const HANG = line('GET', '/hang', 'aborted_before_headers');

/** Opens a connection and gives its socket and a reader. */
async function open({ port }: Party): Promise<[Socket, AnswerReader]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // Servers may reset a connection that they destroy: the reader says what was missed by that.
  socket.on('error', () => undefined);
  const reader = new AnswerReader(socket);
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return [socket, reader];
}

function coin(random: Random): boolean {
  return random.below(2) === 0;
}

// Requests on a connection that is kept, several at once, each answered.
const answered: Conversation = async (party) => {
  const { random } = party;
  const [socket, reader] = await open(party);
  for (let batches = 1 + random.below(4); batches > 0; batches--) {
    const lines = Array.from({ length: 1 + random.below(8) }, () => random.of(ANSWERED));
    if (random.below(40) === 0) lines.push(random.of(LONG));
    socket.write(lines.map(([, text]) => text).join(''));
    for (const [method] of lines) {
      await reader.answer(method);
      party.sent('completed');
    }
  }
  await reader.leave(coin(random));
};

// An answer to the first of several tells that the server has read the others too: they are in one piece.
const leftBeforeHeaders: Conversation = async (party) => {
  const { random } = party;
  const [socket, reader] = await open(party);
  const hanging = 1 + random.below(5);
  socket.write(USER[1] + HANG[1].repeat(hanging));
  await reader.answer('GET');
  party.sent('completed');
  party.sent('aborted_before_headers', hanging);
  await reader.leave(coin(random));
};

const leftMidStream: Conversation = async (party) => {
  const { random } = party;
  const [socket, reader] = await open(party);
  const path = random.of(['/drip', '/drip', '/endless-events']);
  const [behind, waiting] = [random.below(2), random.below(2)];
  socket.write(
    line('GET', path, 'aborted_mid_stream')[1] +
      HANG[1].repeat(behind) +
      // Its answer is ready, and waits for those before it.
      line('GET', '/users/1', 'aborted')[1].repeat(waiting),
  );
  await reader.firstBytes();
  party.sent('aborted_mid_stream');
  party.sent('aborted_before_headers', behind);
  party.sent('aborted', waiting);
  await reader.leave(coin(random));
};

const cutUpload: Conversation = async (party) => {
  const { random } = party;
  const [socket, reader] = await open(party);
  const upload = coin(random)
    ? line('POST', '/upload', 'aborted_before_headers', CHUNKED, chunk)
    : line('POST', '/upload', 'aborted_before_headers', 'Content-Length: 99999\r\n', CHUNK);
  socket.write(USER[1] + upload[1]);
  await reader.answer('GET');
  party.sent('completed');
  party.sent('aborted_before_headers');
  await reader.leave(coin(random));
};

const destroyed: Conversation = async (party) => {
  const [socket, reader] = await open(party);
  const path = party.random.of(['/destroy', '/destroy-midway', '/destroy-connection']);
  socket.write(line('GET', path, 'destroyed_by_server')[1]);
  await reader.closed();
  party.sent('destroyed_by_server');
};

// Nobody can say how these end; that each is counted once is what matters.
const leftWhenever: Conversation = async (party) => {
  const { random } = party;
  const [socket, reader] = await open(party);
  const lines = Array.from({ length: 1 + random.below(4) }, () => {
    const path = random.of(['/users/7', '/stream', '/events', '/thrown', '/late-error', '/slow']);
    return line('GET', path, 'any')[1];
  });
  socket.write(lines.join('') + random.of(['', '', 'no request at all\r\n\r\n']));
  const left = new Promise((resolve) => setTimeout(resolve, random.below(30)));
  await Promise.race([left, reader.closed()]);
  await reader.leave(coin(random));
};

/** What is said over HTTP/1: about three requests in ten are aborted. */
export const HTTP1_CONVERSATIONS: readonly Weighted[] = [
  [10, answered],
  [13, leftBeforeHeaders],
  [8, leftMidStream],
  [4, cutUpload],
  [3, destroyed],
  [3, leftWhenever],
];
