import type { LocationQuestion, ProviderLocation } from '../provider-entry';
import { bedrockBaseUrl, parseBedrockModel } from './bedrock-model';

/** LiteLLM's, so that a file without a region goes where it went. */
const DEFAULT_REGION = 'us-west-2';

/** What the deployment says, then what its model's name says, then what the environment says. */
export function locateBedrock({
  own,
  shared,
  providerModel,
}: LocationQuestion): ProviderLocation | { readonly unusable: string } {
  const region =
    own.aws_region_name ??
    parseBedrockModel(providerModel).region ??
    shared.aws_region_name ??
    shared.aws_region ??
    shared.aws_default_region ??
    DEFAULT_REGION;
  // It becomes part of a host's name.
  if (!/^[a-z0-9-]{1,40}$/.test(region)) return { unusable: 'the AWS region is none' };
  const endpoint = own.aws_bedrock_runtime_endpoint;
  if (endpoint && !isHttpUrl(endpoint)) return { unusable: 'aws_bedrock_runtime_endpoint is no http(s) URL' };
  return { region, ...(endpoint && { ownBaseUrl: endpoint }), defaultBaseUrl: bedrockBaseUrl(region) };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
