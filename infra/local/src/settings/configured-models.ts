import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What the launcher wants to know of a configuration before config-sync judges it. */
export interface ConfiguredModels {
  /** A model group to show in the examples: the first whose name is not a pattern. */
  readonly example: string | undefined;
  /** Whether that group is served by the emulators. */
  readonly exampleIsEmulated: boolean;
  readonly usesEmulators: boolean;
}

const EMULATOR_VARIABLE = 'os.environ/EMULATOR_';

/** Never throws: a file with mistakes is for config-sync to report, with line and reason. */
export function readConfiguredModels(configPath: string): ConfiguredModels {
  try {
    const text = readFileSync(configPath, 'utf8');
    const root: unknown = parse(text);
    const list = isRecord(root) && Array.isArray(root.model_list) ? root.model_list.filter(isRecord) : [];
    const entry = list.find((item) => typeof item.model_name === 'string' && !item.model_name.includes('*'));
    return {
      example: typeof entry?.model_name === 'string' ? entry.model_name : undefined,
      exampleIsEmulated: JSON.stringify(entry ?? {}).includes(EMULATOR_VARIABLE),
      usesEmulators: text.includes(EMULATOR_VARIABLE),
    };
  } catch {
    return { example: undefined, exampleIsEmulated: false, usesEmulators: true };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
