import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { eventually } from '@gateway/testkit';
import { ClientResponse } from './client-response';

/** Client and server share this process: while it is held up, nobody takes anything either. */
const STALL_MS = 1_500;

/** Real: one HTTP server and its sockets, on loopback. */
describe('ClientResponse', () => {
  let server: Server;
  let socket: Socket;
  let received: string;
  const answers: ClientResponse[] = [];
  const sockets: Socket[] = [];

  beforeEach(async () => {
    answers.length = 0;
    sockets.length = 0;
    received = '';
    server = createServer((_request, response) => answers.push(new ClientResponse(response, STALL_MS)));
    server.on('connection', (one: Socket) => sockets.push(one));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
    });
  });

  afterEach(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });

  const ask = async (text: string, count: number): Promise<ClientResponse[]> => {
    socket.write(text);
    await eventually('every question', () => answers.length === count);
    return answers;
  };

  it('chunks written to the socket keep their order and framing up to the end', async () => {
    const [answer] = await ask('GET / HTTP/1.1\r\nhost: a\r\n\r\n', 1);
    answer?.beginStream({});
    for (const text of ['data: 1\n\n', Buffer.from('data: 2\n\n'), 'data: ž\n\n']) answer?.write(text);
    answer?.endStream('data: [DONE]\n\n');
    await eventually('the end', () => received.endsWith('0\r\n\r\n'));
    expect(received.slice(received.indexOf('\r\n\r\n') + 4)).toBe(
      '9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\na\r\ndata: \xc5\xbe\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n',
    );
  });

  it('A4 an answer that is cut brings what was written, and not the end of the body', async () => {
    const [answer] = await ask('GET / HTTP/1.1\r\nhost: a\r\n\r\n', 1);
    const closed = once(socket, 'close');
    answer?.beginStream({}, 'audio/mpeg');
    // Head, body and cut in one turn: nothing has been given to the socket yet.
    answer?.write(Buffer.from('half a word'));
    answer?.cut();
    await closed;
    expect(received).toContain('content-type: audio/mpeg');
    expect(received.slice(received.indexOf('\r\n\r\n') + 4)).toBe('b\r\nhalf a word\r\n');
  });

  it('A4 an answer that is cut is an error to a client of HTTP/1.0, for whom every end is an end', async () => {
    const [answer] = await ask('GET / HTTP/1.0\r\n\r\n', 1);
    const failed = once(socket, 'error');
    answer?.beginStream({}, 'audio/mpeg');
    answer?.write(Buffer.from('half a word'));
    await eventually('the first bytes', () => received.includes('half a word'));
    answer?.cut();
    await expect(failed).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('a client of HTTP/1.0 gets bare bytes and the end of the connection', async () => {
    const [answer] = await ask('GET / HTTP/1.0\r\n\r\n', 1);
    const closed = once(socket, 'close');
    answer?.beginStream({});
    answer?.write('data: 1\n\n');
    answer?.write('data: 2\n\n');
    answer?.endStream('data: [DONE]\n\n');
    await closed;
    expect(received.slice(received.indexOf('\r\n\r\n') + 4)).toBe('data: 1\n\ndata: 2\n\ndata: [DONE]\n\n');
  });

  it('pipelined answers come in the order of their questions, whoever is answered first', async () => {
    const [first, second] = await ask('GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n', 2);
    second?.beginStream({ 'x-n': 2 });
    second?.write('b1');
    second?.write('b2');
    first?.beginStream({ 'x-n': 1 });
    first?.write('a1');
    first?.write('a2');
    first?.endStream('');
    await eventually('the second answer', () => received.includes('b2'));
    second?.write('b3');
    second?.endStream('');
    await eventually('the end', () => received.split('0\r\n\r\n').length === 3);
    expect(received.match(/a1|a2|b1|b2|b3|x-n: \d/g)).toEqual(['x-n: 1', 'a1', 'a2', 'x-n: 2', 'b1', 'b2', 'b3']);
  });

  it('a pipelined answer whose turn never comes is known to be abandoned', async () => {
    const [first, second] = await ask('GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n', 2);
    socket.destroy();
    await eventually('the news of the close', () => second?.isAbandoned);
    expect(first?.isAbandoned).toBe(true);
    expect(second?.write('late')).toBe(true);
  });

  it('a client that was slow with one answer may wait for the next pipelined one as long as it takes', async () => {
    const questions = 'GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n';
    socket.pause();
    const [first, second] = await ask(questions, 2);
    first?.json(200, Buffer.alloc(16 * 1024 * 1024, 'x'), {});
    socket.resume();
    await eventually('the first answer', () => received.length > 16 * 1024 * 1024);
    await new Promise((resolve) => setTimeout(resolve, 3 * STALL_MS));
    second?.json(200, '{"second":true}', {});
    await eventually('the second answer', () => received.endsWith('{"second":true}'));
  });

  it.each(['whole', 'stream'])('a client that takes nothing of an answer is cut off: %s', async (kind) => {
    socket.pause();
    const [answer] = await ask('GET / HTTP/1.1\r\nhost: a\r\n\r\n', 1);
    const large = Buffer.alloc(16 * 1024 * 1024, 'x');
    if (kind === 'whole') answer?.json(200, large, {});
    else {
      answer?.beginStream({});
      answer?.write('data: 1\n\n');
      expect(answer?.write(large)).toBe(false);
    }
    await eventually('the end of the connection', () => answer?.isOver && sockets.every((one) => one.destroyed));
  });

  it('a header that cannot be sent throws, and leaves the answer free for an error', async () => {
    const [answer] = await ask('GET / HTTP/1.1\r\nhost: a\r\n\r\n', 1);
    expect(() => answer?.json(200, '{}', { 'x-gateway-deployment': 'モデル' })).toThrow('Invalid character');
    answer?.json(500, '{"error":1}', {});
    await eventually('the answer', () => received.endsWith('{"error":1}'));
    expect(received.startsWith('HTTP/1.1 500 ')).toBe(true);
  });
});
