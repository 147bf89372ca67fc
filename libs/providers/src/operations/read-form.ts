import { GatewayException } from '@gateway/domain';
import type { OperationInput } from '@gateway/provider-kit';
import { type FormPart, fieldName, readBoundary, splitForm, type WrittenPart } from '@gateway/wire-formats';
import { isConfigurable } from '../prepare-chat-body/configured-params';
import { isGatewayField } from '../prepare-chat-body/gateway-fields';

/** A client's form as a provider is to get it: parts with their bytes, which are views of the body. */
export interface ReadForm {
  readonly parts: readonly WrittenPart[];
  /** The text of a field; undefined when there is none. */
  text(name: string): string | undefined;
  file(name: string): WrittenPart | undefined;
}

/**
 * The client's form without the gateway's own fields, with the provider's model and what the configuration adds.
 * @throws GatewayException when it is no form: the edge has checked it, so only a body that was damaged on the way.
 */
export function readForm(input: OperationInput): ReadForm {
  const parts = [...completed(input)];
  return {
    parts,
    text: (name) => textOf(parts.find((part) => part.filename === undefined && fieldName(part.name) === name)),
    file: (name) => parts.find((part) => part.filename !== undefined && fieldName(part.name) === name),
  };
}

/** The fields that are no files: text by name, or a list of texts where the name ends in `[]`. */
export function textFields(parts: readonly WrittenPart[]): Record<string, string | readonly string[]> {
  const fields: Record<string, string | readonly string[]> = {};
  for (const part of parts) {
    if (part.filename !== undefined) continue;
    const name = fieldName(part.name);
    const text = textOf(part) ?? '';
    fields[name] = part.name.endsWith('[]') ? [...(Array.isArray(fields[name]) ? fields[name] : []), text] : text;
  }
  return fields;
}

function completed({ body: bytes, contentType, providerModel, deployment }: OperationInput): WrittenPart[] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boundary = readBoundary(contentType);
  const form = boundary === null ? null : splitForm(body, boundary);
  if (!form?.ok) throw new GatewayException(form?.error ?? NO_FORM);
  const kept = form.parts
    .filter(({ name }) => !isGatewayField(fieldName(name)))
    .map((part) => (part.name === 'model' ? fieldPart('model', providerModel) : writtenPart(body, part)));
  const given = new Set(kept.map(({ name }) => fieldName(name)));
  const defaults = Object.entries(deployment.defaultParams ?? {}).filter(([name]) => !given.has(name));
  const always = Object.entries(deployment.extraBody ?? {});
  const replaced = new Set(always.map(([name]) => name).filter(isConfigurable));
  return [
    ...kept.filter(({ name }) => !replaced.has(fieldName(name))),
    ...[...defaults.filter(([name]) => !replaced.has(name)), ...always]
      .filter(([name]) => isConfigurable(name))
      .flatMap(([name, value]) => configuredParts(name, value)),
  ];
}

function writtenPart(body: Buffer, { name, filename, contentType, start, end }: FormPart): WrittenPart {
  return {
    name,
    ...(filename !== undefined && { filename }),
    ...(contentType !== undefined && { contentType }),
    content: body.subarray(start, end),
  };
}

/** Lists have a part for each element, as OpenAI's clients write them; what else is not text goes as JSON. */
function configuredParts(name: string, value: unknown): WrittenPart[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((one) => fieldPart(`${name}[]`, formText(one)));
  return [fieldPart(name, formText(value))];
}

function formText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function fieldPart(name: string, text: string): WrittenPart {
  return { name, content: Buffer.from(text, 'utf8') };
}

function textOf(part: WrittenPart | undefined): string | undefined {
  if (!part) return undefined;
  const { content } = part;
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}

const NO_FORM = { code: 'invalid_request', message: 'The request body is not a form.' } as const;
