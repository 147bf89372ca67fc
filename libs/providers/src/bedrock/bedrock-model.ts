/** What a user wrote after the provider's prefix, taken apart. */
export interface BedrockModel {
  /** A model's id, an inference profile's, or an ARN. */
  readonly id: string;
  /** Where the name says so. */
  readonly region?: string;
  /** The call to use, where the name says so. */
  readonly api?: 'converse' | 'invoke';
}

/** LiteLLM's words for the API to use, the last of them with the body of Llama's models, for imported ones. */
const ROUTE = /^(converse|converse_like|invoke|llama)\//;
const REGION = /^([a-z]{2}(?:-[a-z]+)+-\d)\//;
const REGION_IN_ARN = /^arn:aws[\w-]*:bedrock:([a-z0-9-]+):/;

/**
 * `anthropic.claude-3-5-haiku-20241022-v1:0`, `us.amazon.nova-lite-v1:0`, `converse/…`, `us-east-1/…`, an ARN, or
 * several of these.
 */
export function parseBedrockModel(name: string): BedrockModel {
  const routed = name.replace(ROUTE, '');
  const region = REGION.exec(routed)?.[1];
  const rest = region === undefined ? routed : routed.slice(region.length + 1);
  const id = rest.replace(ROUTE, '');
  const named = region ?? REGION_IN_ARN.exec(id)?.[1];
  const route = (ROUTE.exec(name) ?? ROUTE.exec(rest))?.[1];
  const api = route === undefined ? undefined : route.startsWith('converse') ? 'converse' : 'invoke';
  return { id, ...(named !== undefined && { region: named }), ...(api !== undefined && { api }) };
}

/** Without a trailing slash. */
export function bedrockBaseUrl(region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://bedrock-runtime.${region}.${domain}`;
}
