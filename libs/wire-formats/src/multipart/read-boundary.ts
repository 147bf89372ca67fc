/** What RFC 2046 allows in a boundary, quoted or not. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
const PARAMETER = /;[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*/gy;

/** The boundary of a `multipart/form-data` content type; null when it is another type, or has none or two. */
export function readBoundary(contentType: string | undefined): string | null {
  const [type = ''] = (contentType ?? '').split(';', 1);
  if (contentType === undefined || type.trim().toLowerCase() !== 'multipart/form-data') return null;
  let boundary: string | null = null;
  let end = type.length;
  PARAMETER.lastIndex = end;
  for (let match = PARAMETER.exec(contentType); match !== null; match = PARAMETER.exec(contentType)) {
    end = PARAMETER.lastIndex;
    if (match[1]?.toLowerCase() !== 'boundary') continue;
    // Two of them would be read differently by whoever comes after us.
    if (boundary !== null) return null;
    boundary = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
  }
  return end === contentType.length && boundary !== null && BOUNDARY.test(boundary) ? boundary : null;
}
