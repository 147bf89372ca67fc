// Real: the whole mesh. Emulated: the provider, which remembers every byte it was sent. NATS is listened to, to see which
// way a body took.
import { decodeStreamControl } from '@gateway/contracts';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import fc from 'fast-check';
import { connect, type NatsConnection } from 'nats';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { GatewayHttp } from './support/gateway-http';
import { configurationYaml } from './support/test-configuration';

interface Way {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Resolves when a body took this way. */
  taken(): Promise<unknown>;
}

let mesh: TestMesh;
let nats: NatsConnection;
let openAi: EmulatorControl;
let piecesOverNats = 0;

async function bodyOf(bytes: number): Promise<void> {
  await openAi.reset();
  const filler = 'Wörter über Wörter, 東京, 🌊; '.repeat(bytes / 30 + 1).slice(0, bytes);
  const body = JSON.stringify({ model: 'mock-gpt', max_tokens: 5, messages: [{ role: 'user', content: filler }] });
  const answer = await new GatewayHttp(mesh.url, mesh.masterKey).chat(body);
  expect(answer.status).toBe(200);
  expect((await openAi.onlyRequest()).body === body).toBe(true);
}

const WAYS: readonly Way[] = [
  {
    name: 'straight from the edge',
    settings: {},
    // Now and then a starved machine makes a worker ask over NATS: it must not always.
    taken: () =>
      eventually('a body that does not cross NATS', async () => {
        piecesOverNats = 0;
        await bodyOf(100_000);
        await nats.flush();
        return piecesOverNats === 0;
      }),
  },
  {
    name: 'over NATS when the edge cannot be reached',
    settings: { LLM_GATEWAY_DIRECT_ADDRESS: '127.0.0.1:1' },
    taken: () => eventually('a piece of a body on NATS', () => piecesOverNats > 0),
  },
];

describe.each(WAYS)('a large body comes $name', ({ settings, taken }) => {
  beforeAll(async () => {
    mesh = await startTestMesh({ configYaml: configurationYaml(), extraEnvironment: settings });
    ({ openAi } = emulatorsOf(mesh));
    nats = await connect({ servers: mesh.natsUrl });
    nats.subscribe(`${mesh.namespace}.v1.control.>`, {
      callback: (_error, message) => {
        if (decodeStreamControl(message.data).type === 'body') piecesOverNats += 1;
      },
    });
    await nats.flush();
  });

  afterAll(async () => {
    await nats?.close();
    await mesh?.stop();
  });

  it('Property 1: request forwarding: whole, whatever its size', async () => {
    const size = fc.oneof(fc.integer({ min: 31_000, max: 34_000 }), fc.integer({ min: 60_000, max: 1_500_000 }));
    piecesOverNats = 0;
    await fc.assert(fc.asyncProperty(size, bodyOf), { numRuns: 25, examples: [[1_500_000]] });
    await taken();
  });
});
