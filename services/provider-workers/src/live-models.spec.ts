import type { ProviderCall, ResponseSink } from '@gateway/provider-kit';
import { PROVIDERS } from '@gateway/providers';
import { aDeployment } from '@gateway/testkit';
import { LiveModels } from './live-models';
import type { ServedDeployment } from './served-deployments';

function served(id: string, providerModel: string, provider = 'ollama'): [string, ServedDeployment] {
  const entry = PROVIDERS.find(provider);
  if (!entry) throw new Error(`no ${provider}`);
  const target = { baseUrl: `http://${id}.example`, apiKey: null, extraHeaders: {} };
  return [id, { deployment: aDeployment({ id, provider, providerModel }), entry, target }];
}

interface Asked {
  readonly call: ProviderCall;
  readonly sink: ResponseSink;
}

function setUp() {
  const asked: Asked[] = [];
  let changes = 0;
  const live = new LiveModels({
    http: {
      call: (call, _timeouts, sink) => {
        asked.push({ call, sink });
        return { isSent: true, abort: () => {}, pause: () => {}, resume: () => {} };
      },
    },
    logger: { info: () => {} },
    onChange: () => {
      changes += 1;
    },
  });
  const answer = (index: number, body: string, status = 200) => {
    const { sink } = asked[index]!;
    sink.onHead({ status, headers: {} });
    sink.onData(Buffer.from(body));
    sink.onEnd();
  };
  return { live, asked, answer, changes: () => changes };
}

const tags = (...names: string[]) => JSON.stringify({ models: names.map((name) => ({ name })) });

describe('B2 live models', () => {
  it('are asked of wildcard deployments only, where the provider can say', () => {
    const { live, asked } = setUp();
    live.follow(new Map([served('any', '*'), served('one', 'llama3'), served('other', '*', 'openai')]));
    live.stop();
    expect(asked.map(({ call }) => call.method + call.origin + call.path)).toEqual(['GEThttp://any.example/api/tags']);
  });

  it('are told when they change, and gone when the provider is', () => {
    const { live, asked, answer, changes } = setUp();
    const deployments = new Map([served('any', '*')]);
    live.follow(deployments);
    answer(0, tags('b', 'a', 'b'));
    expect([live.current(), changes()]).toEqual([{ any: ['a', 'b'] }, 1]);
    live.follow(deployments);
    answer(1, tags('a', 'b'));
    expect(changes()).toBe(1);
    live.follow(deployments);
    asked[2]!.sink.onFailure({ class: 'connect', message: 'away' });
    expect([live.current(), changes()]).toEqual([undefined, 2]);
    live.stop();
  });

  it.each([
    ['<html>', 200],
    [tags('a'), 500],
    ['{}', 200],
    [`{"models":[{"name":"${'x'.repeat(500)}"},1]}`, 200],
  ])('are none in an answer that is none: %#', (body, status) => {
    const { live, answer } = setUp();
    live.follow(new Map([served('any', '*')]));
    answer(0, body, status);
    live.stop();
    expect(live.current()).toBeUndefined();
  });

  it('of a deployment that is no more are forgotten', () => {
    const { live, answer } = setUp();
    live.follow(new Map([served('any', '*')]));
    answer(0, tags('a'));
    live.follow(new Map());
    expect(live.current()).toBeUndefined();
    live.stop();
  });
});
