// The load of the bench: HTTP/1.1 on bare keep-alive sockets. One JSON line with the result.
// Usage: node load.mjs '{"url","headers","body","connections","seconds","warmSeconds","ratePerSecond"?,"stream"?}'
// `stream` is `{token,end}`: how each streamed token begins, and what a whole stream ends with.
import net from 'node:net';

const job = JSON.parse(process.argv[2]);
const url = new URL(job.url);
const head = [
  `POST ${url.pathname}${url.search} HTTP/1.1`,
  `host: ${url.host}`,
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(job.body)}`,
  ...Object.entries(job.headers).map(([name, value]) => `${name}: ${value}`),
].join('\r\n');
const request = Buffer.from(`${head}\r\n\r\n${job.body}`);

const result = { ok: 0, failed: 0, frames: 0, latencyMs: [], firstTokenMs: [], gapMs: [] };
let measuring = false;
let stopping = false;

class Client {
  constructor() {
    this.socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.socket.on('data', (data) => this.read(data));
    this.socket.on('error', () => this.broken());
    this.busy = false;
  }
  send(scheduledMs) {
    this.busy = true;
    this.startedMs = scheduledMs;
    this.text = '';
    this.frames = 0;
    this.lastFrameMs = 0;
    this.firstMs = 0;
    this.socket.write(request);
  }
  read(data) {
    const nowMs = performance.now();
    this.text += data.toString('latin1');
    if (job.stream) this.readStream(nowMs);
    else this.readWhole(nowMs);
  }
  readWhole(nowMs) {
    const end = this.text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.text.slice(0, end));
    if (this.text.length < end + 4 + Number(length?.[1] ?? 0)) return;
    this.done(nowMs, this.text.startsWith('HTTP/1.1 200'));
  }
  readStream(nowMs) {
    let found = this.text.indexOf(job.stream.token);
    let last = 0;
    while (found >= 0) {
      this.frames += 1;
      if (measuring) result.frames += 1;
      if (this.firstMs === 0) this.firstMs = nowMs;
      else if (measuring && this.lastFrameMs > 0) result.gapMs.push(nowMs - this.lastFrameMs);
      this.lastFrameMs = nowMs;
      last = found + job.stream.token.length;
      found = this.text.indexOf(job.stream.token, last);
    }
    if (this.text.endsWith('0\r\n\r\n')) {
      if (measuring && this.firstMs > 0) result.firstTokenMs.push(this.firstMs - this.startedMs);
      this.done(nowMs, this.text.includes(job.stream.end));
      return;
    }
    if (last > 0) this.text = this.text.slice(Math.max(last, this.text.length - 64));
    else if (this.text.length > 65536) this.text = this.text.slice(-64);
  }
  done(nowMs, good) {
    if (measuring) {
      if (good) {
        result.ok += 1;
        result.latencyMs.push(nowMs - this.startedMs);
      } else result.failed += 1;
    }
    this.busy = false;
    if (!stopping && !job.ratePerSecond) this.send(performance.now());
  }
  broken() {
    if (measuring) result.failed += 1;
    this.busy = false;
  }
}

const quantile = (values, share) => {
  if (values.length === 0) return null;
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};

const clients = Array.from({ length: job.connections }, () => new Client());
await new Promise((resolve) => setTimeout(resolve, 200));
const beginMs = performance.now();
if (job.ratePerSecond) {
  let sent = 0;
  const tick = () => {
    if (stopping) return;
    // Latency counts from the scheduled moment, so that a slow answer cannot hide the ones queued behind it.
    for (; beginMs + (sent * 1000) / job.ratePerSecond <= performance.now(); sent += 1) {
      const idle = clients.find((client) => !client.busy);
      if (idle) idle.send(beginMs + (sent * 1000) / job.ratePerSecond);
      else if (measuring) result.failed += 1;
    }
    setTimeout(tick, 1);
  };
  tick();
} else for (const client of clients) client.send(performance.now());

await new Promise((resolve) => setTimeout(resolve, job.warmSeconds * 1000));
process.stdout.write('{"measuring":true}\n');
measuring = true;
const fromMs = performance.now();
await new Promise((resolve) => setTimeout(resolve, job.seconds * 1000));
measuring = false;
const seconds = (performance.now() - fromMs) / 1000;
stopping = true;
for (const client of clients) client.socket.destroy();
process.stdout.write(
  `${JSON.stringify({
    ok: result.ok,
    failed: result.failed,
    frames: result.frames,
    perSecond: result.ok / seconds,
    framesPerSecond: result.frames / seconds,
    p50Ms: quantile(result.latencyMs, 0.5),
    p99Ms: quantile(result.latencyMs, 0.99),
    firstTokenP50Ms: quantile(result.firstTokenMs, 0.5),
    firstTokenP99Ms: quantile(result.firstTokenMs, 0.99),
    gapP99Ms: quantile(result.gapMs, 0.99),
  })}\n`,
  () => process.exit(0),
);
