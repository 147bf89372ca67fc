import { WEATHER_SCHEMA } from '../support/sdk-clients';
import type { ToolName } from './chat-question';

interface OfferedTool {
  readonly name: ToolName;
  readonly description: string;
  readonly schema: { readonly type: 'object'; readonly [keyword: string]: unknown };
}

const TOOLS: Readonly<Record<ToolName, OfferedTool>> = {
  get_weather: { name: 'get_weather', description: 'The weather of a city', schema: { ...WEATHER_SCHEMA } },
  get_time: { name: 'get_time', description: 'The time of day', schema: { type: 'object', properties: {} } },
};

/** A question's tools, written by `write` as a client's wire has them. */
export function offered<Written>(
  names: readonly ToolName[] | undefined,
  write: (tool: OfferedTool) => Written,
): Written[] | undefined {
  return names?.map((name) => write(TOOLS[name]));
}
