import { nearestName } from '@gateway/domain';
import { referencedVariable } from '../secrets/environment-reference';
import type { ConfigFindings } from './config-findings';
import { type ConfigPath, didYouMean } from './config-problem';
import type { ValidEntry } from './gateway-config-schema';

interface ModelNameContext {
  readonly path: ConfigPath;
  readonly findings: ConfigFindings;
  readonly knownProviders: readonly string[];
}

/** Bare model names whose maker is beyond doubt, as LiteLLM accepts them without a prefix. */
const MAKER_OF_BARE_NAME: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|o[134](-|$))/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'gemini'],
];

/** `litellm_params.model` (and `custom_llm_provider`) → provider prefix and the model's name there. */
export function readModelName(
  entry: ValidEntry,
  { path, findings, knownProviders }: ModelNameContext,
): { readonly provider: string; readonly providerModel: string } | null {
  const { model, custom_llm_provider: named } = entry.litellm_params;
  const modelPath = [...path, 'litellm_params', 'model'];
  if (referencedVariable(model) !== null) return null; // unset: already said where references are resolved
  judgeStars(entry, path, findings);
  if (named) {
    if (!knownProviders.includes(named)) {
      findings.refuse([...path, 'litellm_params', 'custom_llm_provider'], unknownProvider(named, knownProviders));
      return null;
    }
    return { provider: named, providerModel: model.startsWith(`${named}/`) ? model.slice(named.length + 1) : model };
  }
  const slash = model.indexOf('/');
  const provider = slash < 0 ? bareProvider(model) : model.slice(0, slash);
  if (provider === null) {
    findings.refuse(modelPath, `must be provider/model, for example "openai/${model}"`);
    return null;
  }
  if (!knownProviders.includes(provider)) {
    findings.refuse(modelPath, unknownProvider(provider, knownProviders));
    return null;
  }
  const providerModel = model.slice(slash + 1);
  if (providerModel !== '') return { provider, providerModel };
  findings.refuse(modelPath, 'must name a model after the slash');
  return null;
}

function bareProvider(model: string): string | null {
  return MAKER_OF_BARE_NAME.find(([pattern]) => pattern.test(model))?.[1] ?? null;
}

function unknownProvider(provider: string, known: readonly string[]): string {
  const nearest = nearestName(provider, known);
  const remedy =
    nearest === null
      ? '; for a server that speaks the OpenAI wire, write openai/MODEL and set api_base'
      : didYouMean(nearest);
  return `begins with "${provider}", which is no provider this gateway knows${remedy}`;
}

function judgeStars(entry: ValidEntry, path: ConfigPath, findings: ConfigFindings): void {
  const groupStars = entry.model_name.split('*').length - 1;
  const modelStars = entry.litellm_params.model.split('*').length - 1;
  if (groupStars > 1) findings.refuse([...path, 'model_name'], 'may hold one * only');
  if (modelStars > 1) findings.refuse([...path, 'litellm_params', 'model'], 'may hold one * only');
  if (modelStars > 0 && groupStars === 0) {
    findings.refuse([...path, 'litellm_params', 'model'], 'holds a *, but model_name has none that could fill it');
  }
}
