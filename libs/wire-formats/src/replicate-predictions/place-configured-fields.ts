/** Whatever a model takes is a field of its `input`. */
export function placeConfiguredFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.keys(fields).length === 0 ? {} : { input: { ...fields } };
}
