// Real: the whole mesh, HTTP on loopback. Emulated: Ollama, which takes pictures as bytes only.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { OllamaEmulator } from '@gateway/testkit';
import { GatewayHttp } from './support/gateway-http';
import { configurationYaml } from './support/test-configuration';

const ollama = new OllamaEmulator();
const seen: string[] = [];
let inner: Server;
let mesh: TestMesh;
let gateway: GatewayHttp;

beforeAll(async () => {
  inner = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end('secret of the intranet');
  });
  await new Promise<void>((done) => inner.listen(0, '127.0.0.1', done));
  const url = await ollama.start();
  mesh = await startTestMesh({
    emulators: false,
    extraServiceEnvironment: { 'provider-workers': { OLLAMA_API_BASE: url } },
    configYaml: configurationYaml([{ model_name: 'ollama', litellm_params: { model: 'ollama/mock-llama' } }]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(async () => {
  await mesh?.stop();
  await ollama.stop();
  inner.close();
});

describe('a picture named by its URL, as it is unless somebody says otherwise', () => {
  it.each([
    'http://127.0.0.1:PORT/x',
    'https://127.0.0.1:PORT/x',
    'https://localhost/x',
    'https://[::1]:PORT/x',
    'https://169.254.169.254/latest/meta-data/',
  ])('E7 is not fetched from %s', async (template) => {
    ollama.reset();
    const url = template.replace('PORT', String((inner.address() as AddressInfo).port));
    const content = [{ type: 'image_url', image_url: { url } }];
    const answer = await gateway.chat({ model: 'ollama', messages: [{ role: 'user', content }] });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining(url) },
    });
    expect(answer.text).not.toContain('intranet');
    expect(seen).toEqual([]);
    expect(ollama.requests()).toEqual([]);
  });
});
