import { connect } from 'node:net';

/** Sends commands and returns all that is answered until the server ends the connection: the last one must be `quit`. */
export async function converse(port: number, ...commands: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(commands.map((command) => `${command}\r\n`).join(''));
  let text = '';
  for await (const chunk of socket) text += chunk as string;
  return text;
}
