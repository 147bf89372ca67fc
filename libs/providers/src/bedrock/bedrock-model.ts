/** What a user wrote after the provider's prefix, taken apart. */
export interface BedrockModel {
  /** A model's id, an inference profile's, or an ARN. */
  readonly id: string;
  /** Where the name says so. */
  readonly region?: string;
}

/** LiteLLM's words for the API to use. There is one API here, so they say nothing. */
const ROUTE = /^(?:converse|converse_like|invoke)\//;
const REGION = /^([a-z]{2}(?:-[a-z]+)+-\d)\//;
const REGION_IN_ARN = /^arn:aws[\w-]*:bedrock:([a-z0-9-]+):/;

/**
 * `anthropic.claude-3-5-haiku-20241022-v1:0`, `us.amazon.nova-lite-v1:0`, `converse/…`, `us-east-1/…`, an ARN, or
 * several of these.
 */
export function parseBedrockModel(name: string): BedrockModel {
  const routed = name.replace(ROUTE, '');
  const region = REGION.exec(routed)?.[1];
  const id = (region === undefined ? routed : routed.slice(region.length + 1)).replace(ROUTE, '');
  const named = region ?? REGION_IN_ARN.exec(id)?.[1];
  return { id, ...(named !== undefined && { region: named }) };
}

/** Without a trailing slash. */
export function bedrockBaseUrl(region: string): string {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://bedrock-runtime.${region}.${domain}`;
}
