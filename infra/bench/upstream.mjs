// The provider of the bench: HTTP/1.1 on bare sockets, so that it costs little beside what it measures.
// The model name sets its behaviour: `mock-d<delay ms>-n<chunks>-i<interval µs>`. Usage: node upstream.mjs PORT
import net from 'node:net';
import { streamFor } from './upstream-streams.mjs';

const words = 'the quick brown fox jumps over a lazy dog while tokens stream ';
const answer = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1760000000,
  model: 'gpt-4o-mini',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: words.repeat(10).slice(0, 600), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 24, completion_tokens: 150, total_tokens: 174 },
});
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(answer)}\r\n\r\n${answer}`,
);

/** From `mock-d<delay ms>-n<chunks>-i<interval µs>`, which stands in the body or, at Gemini, in the path. */
const knob = (text, letter, otherwise) => {
  const found = new RegExp(`mock-[a-z0-9-]*?${letter}(\\d+)`).exec(text);
  return found ? Number(found[1]) : otherwise;
};

const pathOf = (head) => head.split(' ', 2)[1].split('?')[0];

function respond(socket, path, body) {
  const text = path + body.subarray(0, 4096).toString('latin1') + body.subarray(-512).toString('latin1');
  const delayMs = knob(text, 'd', 0);
  if (!/"stream"\s*:\s*true|:streamGenerateContent/.test(text)) {
    if (delayMs === 0) socket.write(whole);
    else setTimeout(() => socket.write(whole), delayMs);
    return;
  }
  const stream = streamFor(path);
  const chunks = knob(text, 'n', 50);
  const intervalMs = knob(text, 'i', 20_000) / 1000;
  const startedMs = performance.now() + delayMs;
  let sent = 0;
  const tick = () => {
    if (socket.destroyed) return;
    while (performance.now() >= startedMs + sent * intervalMs) {
      if (sent === chunks) {
        socket.write(stream.last(chunks));
        return;
      }
      socket.write(sent === 0 ? stream.first : stream.next);
      sent += 1;
    }
    const waitMs = startedMs + sent * intervalMs - performance.now();
    if (waitMs > 1) setTimeout(tick, waitMs);
    else setImmediate(tick);
  };
  tick();
}

net
  .createServer({ noDelay: true }, (socket) => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
      for (;;) {
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = pending.subarray(0, end).toString('latin1');
        const length = /\r\ncontent-length: *(\d+)/i.exec(head);
        const total = end + 4 + (length ? Number(length[1]) : 0);
        if (pending.length < total) return;
        respond(socket, pathOf(head), pending.subarray(end + 4, total));
        pending = pending.subarray(total);
      }
    });
  })
  .listen(Number(process.argv[2]), '127.0.0.1', 1024, () => console.log('ready'));
