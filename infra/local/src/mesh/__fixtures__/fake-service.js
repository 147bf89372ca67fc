// Stands in for every service: says what it was given, and writes down when it is asked to stop.
const { appendFileSync, existsSync } = require('node:fs');
const { createServer } = require('node:http');

const { LLM_GATEWAY_INSTANCE_ID: name, LLM_GATEWAY_DATA_DIR: dataDir } = process.env;

if (process.env.FAKE_BROKEN) {
  console.log(JSON.stringify({ level: 'fatal', msg: process.env.FAKE_BROKEN }));
  process.exit(1);
}
// Told to, it dies, and then in every later life as well.
const doomed = `${dataDir}/${name}-doomed`;
if (existsSync(doomed)) process.exit(3);

const server = createServer((request, response) => {
  if (request.url === '/die') {
    appendFileSync(doomed, '');
    process.exit(3);
  }
  response.end(request.url === '/environment' ? JSON.stringify(process.env) : 'ok');
});
server.listen(Number(process.env.LLM_GATEWAY_PORT ?? process.env.LLM_GATEWAY_HTTP_PORT), '127.0.0.1', () => {
  console.log(JSON.stringify({ level: 'info', msg: `${name} listens` }));
});
process.on('SIGTERM', () => {
  appendFileSync(`${dataDir}/stops`, `${name}\n`);
  process.exit(0);
});
