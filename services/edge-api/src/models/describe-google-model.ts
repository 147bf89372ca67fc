import type { ClientWire, Deployment } from '@gateway/domain';
import { offers, PROVIDERS } from '@gateway/providers';
import { describeModelGroup } from './describe-model-group';

/** Calls below `models/{model}:`, each with the wire it comes in. A count is estimated here where no provider makes it. */
const METHODS: readonly (readonly [method: string, wire: ClientWire])[] = [
  ['generateContent', 'gemini-generate'],
  ['countTokens', 'gemini-generate'],
  ['embedContent', 'gemini-embed'],
  ['batchEmbedContents', 'gemini-batch-embed'],
];

/** A model in the words of `google.ai.generativelanguage.v1beta.Model`. */
export function describeGoogleModel(name: string, deployments: readonly Deployment[]) {
  const group = describeModelGroup(name, { deployments });
  const isEmbedding = group.mode === 'embedding';
  const methods = METHODS.filter(
    ([method, wire]) =>
      isEmbedding === /embed/i.test(method) && deployments.some((deployment) => doesOffer(deployment, wire)),
  );
  return {
    name: `models/${name}`,
    version: '',
    displayName: name,
    ...(group.max_input_tokens !== null && { inputTokenLimit: group.max_input_tokens }),
    ...(group.max_output_tokens !== null && { outputTokenLimit: group.max_output_tokens }),
    supportedGenerationMethods: group.mode === 'chat' || isEmbedding ? methods.map(([method]) => method) : [],
  };
}

function doesOffer({ provider, providerModel }: Deployment, wire: ClientWire): boolean {
  const entry = PROVIDERS.find(provider);
  return entry !== undefined && offers(entry, wire, providerModel);
}
