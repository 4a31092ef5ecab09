import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Conversation, Party, Weighted } from './conversation.ts';
import { expecting } from './expected.ts';
import type { Expected } from './expected.ts';

const CHUNK = 'x'.repeat(1000);

type Call = readonly [method: string, path: string, body?: string];

const ANSWERED: readonly Call[] = [
  ...Array.from({ length: 8 }, (_, at): Call => ['GET', `/users/${at}`]),
  ['GET', '/shops/9/items/7'],
  ['GET', '/nowhere/42'],
  ['GET', '/thrown'],
  ['GET', '/rejected'],
  ['GET', '/not-modified'],
  ['GET', '/no-content'],
  ['GET', '/trailers'],
  ['HEAD', '/users/42'],
  ['POST', '/upload', CHUNK],
];

async function open(port: number): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  await new Promise((resolve) => session.once('connect', resolve).once('close', resolve));
  return session;
}

// With a body to come, if `uploads`.
function call(
  session: ClientHttp2Session,
  [method, path]: Call,
  expected: Expected,
  uploads: boolean,
): ClientHttp2Stream {
  const stream = session.request({ ':method': method, ':path': expecting(path, expected) }, { endStream: !uploads });
  stream.on('error', () => undefined);
  return stream;
}

function closed(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed && stream.destroyed) resolve();
    else stream.once('close', () => resolve());
  });
}

async function answer(session: ClientHttp2Session, given: Call): Promise<void> {
  const stream = call(session, given, 'completed', given[2] !== undefined);
  let ended = false;
  stream.on('end', () => (ended = true)).resume();
  if (given[2] !== undefined) stream.end(given[2]);
  await closed(stream);
  if (!ended || stream.rstCode !== constants.NGHTTP2_NO_ERROR) {
    throw new Error(`${given[0]} ${given[1]} was not answered: code ${stream.rstCode}`);
  }
}

async function leave(party: Party, session: ClientHttp2Session, streams: readonly ClientHttp2Stream[]): Promise<void> {
  const gone = new Promise<void>((resolve) => session.once('close', () => resolve()));
  if (party.random.below(2) === 0) {
    // One by one, and the session after.
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await Promise.all(streams.map(closed));
    session.close();
  } else session.destroy();
  await gone;
}

const answered: Conversation = async (party) => {
  const { random } = party;
  const session = await open(party.port);
  for (let batches = 1 + random.below(4); batches > 0; batches--) {
    const calls = Array.from({ length: 1 + random.below(8) }, () => random.of(ANSWERED));
    await Promise.all(calls.map((given) => answer(session, given)));
    party.sent('completed', calls.length);
  }
  await leave(party, session, []);
};

// What a server has answered tells that it has read what was sent before, on other streams too.
const leftBeforeHeaders: Conversation = async (party) => {
  const { random } = party;
  const session = await open(party.port);
  const streams = Array.from({ length: 1 + random.below(5) }, () =>
    call(session, ['GET', '/hang'], 'aborted_before_headers', false),
  );
  await answer(session, ['GET', '/users/1']);
  party.sent('completed');
  party.sent('aborted_before_headers', streams.length);
  await leave(party, session, streams);
};

// Node's client ends an upload before it resets it, and Hono destroys those that it does not read itself.
const cutUpload: Conversation = async (party) => {
  const session = await open(party.port);
  const stream = call(session, ['POST', '/upload'], 'any', true);
  stream.write(CHUNK);
  await answer(session, ['GET', '/users/1']);
  party.sent('completed');
  party.sent('any');
  await leave(party, session, [stream]);
};

const leftMidStream: Conversation = async (party) => {
  const { random } = party;
  const session = await open(party.port);
  const streams = Array.from({ length: 1 + random.below(3) }, () =>
    call(session, ['GET', random.of(['/drip', '/endless-events'])], 'aborted_mid_stream', false),
  );
  await Promise.all(streams.map((stream) => new Promise((resolve) => stream.once('data', resolve))));
  party.sent('aborted_mid_stream', streams.length);
  await leave(party, session, streams);
};

const destroyed: Conversation = async (party) => {
  const session = await open(party.port);
  const stream = call(session, ['GET', party.random.of(['/destroy', '/destroy-midway'])], 'destroyed_by_server', false);
  stream.resume();
  await closed(stream);
  party.sent('destroyed_by_server');
  await leave(party, session, []);
};

const leftWhenever: Conversation = async (party) => {
  const { random } = party;
  const session = await open(party.port);
  const streams = Array.from({ length: 1 + random.below(4) }, () => {
    const path = random.of(['/users/7', '/stream', '/events', '/thrown', '/slow']);
    return call(session, ['GET', path], 'any', false).resume();
  });
  await new Promise((resolve) => setTimeout(resolve, random.below(30)));
  await leave(party, session, streams);
};

/** What is said over HTTP/2: streams of one connection that are answered, reset, or lost with it. */
export const HTTP2_CONVERSATIONS: readonly Weighted[] = [
  [8, answered],
  [10, leftBeforeHeaders],
  [6, leftMidStream],
  [2, cutUpload],
  [3, destroyed],
  [3, leftWhenever],
];
