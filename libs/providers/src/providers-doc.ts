import { type ConformanceBook, renderConformance } from '@gateway/provider-kit/conformance';
import type { ProviderEntry, ProviderRegistry } from './provider-entry';

const HEAD = `# Providers

<!-- Written by \`node libs/providers/dist/generate-docs.js\` from the provider registry and docs/generated/conformance.json; do not edit by hand. -->

In \`model_list\`, \`litellm_params.model\` is \`prefix/model\`: the prefix chooses the provider, the rest is the model's name
there. The key is \`api_key\` of the entry, or the first of these environment variables that is set; \`api_base\` of the
entry, or its variables, replaces the base URL. A provider without a base URL needs one of them;
names in braces in a base URL are environment variables of the workers.
Azure OpenAI has a key, a token or a client to sign in with: [configuration.md](configuration.md#azure-openai). Bedrock has a key, or
whoever AWS's default chain says: [configuration.md](configuration.md#amazon-bedrock). Vertex AI has Google's credentials:
[configuration.md](configuration.md#google-vertex-ai).
`;

/** The text of `docs/providers.md`; a test compares the file with it. */
export function renderProvidersDoc(registry: ProviderRegistry, proven: ConformanceBook): string {
  const rows = registry.prefixes.flatMap((prefix) => registry.find(prefix) ?? []).map(rowOf);
  const table = [
    '| Prefix | Provider | Chat wires | Also | Base URL | Key | Base URL from |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ];
  return `${HEAD}\n${rows.length} providers.\n\n${table.join('\n')}\n\n${renderConformance(proven)}`;
}

function rowOf(entry: ProviderEntry): string {
  const cells = [
    code(entry.prefix),
    entry.displayName,
    chatAdaptersOf(entry)
      .flatMap((chat) => chat?.wire ?? [])
      .join(', ') || '–',
    Object.keys(entry.operations ?? {}).join(', ') || '–',
    baseUrlOf(entry),
    [...entry.apiKeyVariables, ...Object.values(entry.signIn?.variables ?? {})].map(code).join(', ') || '–',
    entry.baseUrlVariables.map(code).join(', ') || '–',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Text completions count where some model gets there untold. */
function chatAdaptersOf({ chat, moreChat = [], completions }: ProviderEntry) {
  return [chat, ...moreChat, ...(completions?.has ? [completions.adapter] : [])];
}

function baseUrlOf({ defaultBaseUrl, locate }: ProviderEntry): string {
  if (defaultBaseUrl !== null) return code(defaultBaseUrl);
  return locate === undefined ? 'your own' : 'its region’s';
}

function code(text: string): string {
  return `\`${text}\``;
}
