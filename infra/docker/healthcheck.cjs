// Healthy when the service in this container says it is ready. The edge answers on its public port, the others on theirs.
const { get } = require('node:http');

const port = process.env.LLM_GATEWAY_HTTP_PORT || process.env.LLM_GATEWAY_PORT || '8080';
const request = get(`http://127.0.0.1:${port}/health/ready`, { timeout: 2_000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on('timeout', () => request.destroy(new Error('no answer')));
request.on('error', () => process.exit(1));
