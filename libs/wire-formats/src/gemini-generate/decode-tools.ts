import { type ChatRequest, isRecord, type ToolChoice, type ToolDefinition } from '@gateway/domain';
import { fieldOf, listOf, unknownFieldsOf } from './fields';
import { jsonSchemaOf } from './json-schema-of';

type Fields = Readonly<Record<string, unknown>>;

/** Both spellings of the same: a tool's schema in JSON Schema, or in Google's older one. */
const DECLARED: ReadonlySet<string> = new Set(['functionDeclarations']);
const CONFIGURED: ReadonlySet<string> = new Set(['functionCallingConfig']);

/** `tools` and `toolConfig` → hub. Tools that Google runs itself (search, code) go to `unmapped` by their path. */
export function decodeTools(
  request: Fields,
  unmapped: Record<string, unknown>,
): Pick<ChatRequest, 'tools' | 'toolChoice'> {
  const declared: ToolDefinition[] = [];
  listOf(fieldOf(request, 'tools')).forEach((tool, index) => {
    if (!isRecord(tool)) return;
    for (const declaration of listOf(fieldOf(tool, 'functionDeclarations'))) {
      if (isRecord(declaration)) declared.push(decodeDeclaration(declaration));
    }
    for (const [name, value] of unknownFieldsOf(tool, DECLARED)) unmapped[`tools[${index}].${name}`] = value;
  });
  const config = fieldOf(request, 'toolConfig');
  if (!isRecord(config)) return declared.length > 0 ? { tools: declared } : {};
  for (const [name, value] of unknownFieldsOf(config, CONFIGURED)) unmapped[`toolConfig.${name}`] = value;
  const calling = fieldOf(config, 'functionCallingConfig');
  const { choice, allowed } = decodeChoice(isRecord(calling) ? calling : {});
  const tools = declared.filter(({ name }) => allowed === null || allowed.includes(name));
  return { ...(tools.length > 0 && { tools }), ...(choice !== null && { toolChoice: choice }) };
}

function decodeDeclaration(declaration: Fields): ToolDefinition {
  const older = declaration.parameters ?? undefined;
  const inputSchema = fieldOf(declaration, 'parametersJsonSchema') ?? jsonSchemaOf(older);
  return {
    name: String(declaration.name),
    ...(typeof declaration.description === 'string' && { description: declaration.description }),
    inputSchema,
  };
}

interface Choice {
  readonly choice: ToolChoice | null;
  /** The only functions that may be called; null for all. Other wires have no such list, so the others are left out. */
  readonly allowed: readonly string[] | null;
}

/** `VALIDATED` is `AUTO` with a promise about the arguments that other wires do not make. */
function decodeChoice(calling: Fields): Choice {
  const mode = typeof calling.mode === 'string' ? calling.mode.toUpperCase() : '';
  if (mode === 'NONE') return { choice: { type: 'none' }, allowed: null };
  const names = fieldOf(calling, 'allowedFunctionNames');
  const allowed = Array.isArray(names) && names.length > 0 ? (names as string[]) : null;
  if (mode === 'AUTO') return { choice: { type: 'auto' }, allowed: null };
  if (mode === 'VALIDATED') return { choice: { type: 'auto' }, allowed };
  if (mode !== 'ANY') return { choice: null, allowed: null };
  const [only, ...others] = allowed ?? [];
  if (only !== undefined && others.length === 0) return { choice: { type: 'tool', name: only }, allowed: null };
  return { choice: { type: 'required' }, allowed };
}
