const WIDTH = 140;

/** JSON that people can follow changes of: what fits on a line is on one. */
export function printCompactly(value: unknown, indent = ''): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || line.length + indent.length <= WIDTH) return line;
  const deeper = `${indent}  `;
  const [opening, closing] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((item: unknown) => printCompactly(item, deeper))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${printCompactly(item, deeper)}`);
  return `${opening}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${closing}`;
}
