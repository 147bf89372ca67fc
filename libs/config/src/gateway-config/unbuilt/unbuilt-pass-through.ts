import { key } from '../schema-key';
import {
  closed,
  flagValue,
  listOf,
  mapOf,
  scalarValue,
  secondsValue,
  textMapValue,
  textsValue,
  textValue,
  usdValue,
} from './unbuilt-values';

const FIELDS = {
  request_fields: key(textsValue, 'What is read of the request, as JSON paths. Default: all of it.'),
  response_fields: key(textsValue, 'What is read of the answer. Default: all of it.'),
};

const ENDPOINT = {
  id: key(scalarValue, 'For the management API.'),
  path: textValue.meta({ description: 'The path here; required.' }),
  target: textValue.meta({ description: 'The URL it is passed on to; required.' }),
  headers: key(textMapValue, 'Sent with every request; secret ones may be `os.environ/NAME`.'),
  default_query_params: key(textMapValue, 'Sent unless the client says otherwise.'),
  include_subpath: key(flagValue, 'Everything below the path, too. Default: `false`.'),
  forward_headers: key(flagValue, 'Send the client’s headers on. Default: `false`.'),
  auth: key(flagValue, 'Demand a key. Default: `true`.'),
  cost_per_request: key(usdValue, 'USD each request costs. Default: 0.'),
  timeout: key(secondsValue, 'Seconds for a whole request.'),
  methods: key(textsValue, 'HTTP methods. Default: all.'),
  guardrails: key(mapOf(closed(FIELDS).nullable(), 'guardrails to fields'), 'What checks the requests.'),
  is_from_config: key(flagValue, 'Written by LiteLLM.'),
};

export const PASS_THROUGH_ENDPOINTS = listOf(closed(ENDPOINT), 'mappings with path and target');
