import type { Deployment } from '@gateway/domain';
import fc from 'fast-check';
import { describeDeployment } from './describe-deployment';
import { describeModelGroup } from './describe-model-group';

const base: Deployment = {
  id: 'd1',
  modelGroup: 'gpt',
  provider: 'openai',
  providerModel: 'gpt-4o',
  pool: 'openai',
};

describe('A10 a deployment in LiteLLM’s words', () => {
  it('has prices in dollars per token, exactly, and limits', () => {
    const price = { inputPicoUsdPerToken: 150_000, outputPicoUsdPerToken: 600_000, cachedInputPicoUsdPerToken: 75_000 };
    const { model_info: info, ...rest } = describeDeployment({
      ...base,
      price,
      maxInputTokens: 1000,
      maxOutputTokens: 200,
      rpm: 5,
      apiVersion: 'v1',
    });
    expect(rest).toEqual({
      model_name: 'gpt',
      litellm_params: { model: 'openai/gpt-4o', custom_llm_provider: 'openai', api_version: 'v1', rpm: 5 },
    });
    expect(info).toMatchObject({
      id: 'd1',
      db_model: false,
      key: 'gpt-4o',
      max_tokens: 200,
      max_input_tokens: 1000,
      max_output_tokens: 200,
      input_cost_per_token: 1.5e-7,
      output_cost_per_token: 6e-7,
      cache_read_input_token_cost: 7.5e-8,
      cache_creation_input_token_cost: 1.5e-7,
      litellm_provider: 'openai',
      mode: 'chat',
      supports_vision: true,
      supports_response_schema: true,
      supports_pdf_input: null,
    });
  });

  it('has what the catalogue knows of the model, and what the operator says before it', () => {
    const claude: Deployment = { ...base, provider: 'anthropic', providerModel: 'claude-sonnet-4-20250514' };
    expect(describeDeployment(claude).model_info).toMatchObject({
      max_input_tokens: 200_000,
      max_output_tokens: 64_000,
      supports_function_calling: true,
      supports_audio_input: false,
    });
    const own = { ...claude, mode: 'completion', maxInputTokens: 9, capabilities: { vision: false, pdf_input: true } };
    expect(describeDeployment(own).model_info).toMatchObject({
      mode: 'completion',
      max_input_tokens: 9,
      max_output_tokens: 64_000,
      supports_vision: false,
      supports_pdf_input: true,
      supports_function_calling: true,
    });
  });

  it('takes prices from the list, by the base model, and says null where nobody knows', () => {
    const listed = describeDeployment({ ...base, provider: 'azure', providerModel: 'mine', baseModel: 'gpt-4o' });
    expect(listed.model_info).toMatchObject({ key: 'gpt-4o', base_model: 'gpt-4o' });
    expect(listed.model_info.input_cost_per_token).toBeGreaterThan(0);
    const unknown = describeDeployment({ ...base, provider: 'ollama', providerModel: 'mine' });
    expect(unknown.model_info).toMatchObject({ input_cost_per_token: null, max_tokens: null, supports_vision: null });
  });

  it('never shows a secret, wherever one was put', () => {
    const secret = fc.stringMatching(/^[a-z0-9]{12,20}$/).map((text) => `SECRET${text}`);
    fc.assert(
      fc.property(secret, (hidden) => {
        const described = JSON.stringify(
          describeDeployment({
            ...base,
            apiBase: `https://user:${hidden}@host.example:8443/v1?key=${hidden}#${hidden}`,
            apiKey: hidden,
            credentials: { client_secret: hidden },
            extraHeaders: { authorization: hidden },
            defaultParams: { user: hidden },
            extraBody: { token: hidden },
          }),
        );
        expect(described).not.toContain(hidden);
        expect(described).toContain('"api_base":"https://host.example:8443/v1"');
      }),
    );
  });
});

describe('A10 a group in LiteLLM’s words', () => {
  it('has the dearest price, the largest limits, the sum of rates where all have one', () => {
    const deployments: Deployment[] = [
      {
        ...base,
        price: { inputPicoUsdPerToken: 1_000, outputPicoUsdPerToken: 9_000 },
        maxInputTokens: 5,
        rpm: 1,
        tpm: 10,
      },
      {
        ...base,
        provider: 'ollama',
        providerModel: 'x',
        price: { inputPicoUsdPerToken: 2_000, outputPicoUsdPerToken: 3_000 },
        maxInputTokens: 7_000,
        rpm: 2,
      },
    ];
    expect(describeModelGroup('alias', { deployments })).toMatchObject({
      model_group: 'alias',
      providers: ['openai', 'ollama'],
      input_cost_per_token: 2e-9,
      output_cost_per_token: 9e-9,
      max_input_tokens: 7_000,
      max_output_tokens: 16_384,
      rpm: 3,
      tpm: null,
      mode: 'chat',
      supports_vision: true,
      supports_reasoning: false,
    });
  });
});
