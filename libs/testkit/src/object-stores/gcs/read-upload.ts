import type { NewObject } from '../object-shelf';
import type { StoreCall } from '../object-store-emulator';

export interface Upload {
  readonly name: string;
  readonly object: NewObject;
}

/** `uploadType=media`, whose name is in the query, and `multipart`, whose first part says it. Null for what is neither. */
export function readUpload({ query, headers, body }: StoreCall): Upload | null {
  const contentType = headers['content-type'];
  const queryName = query.get('name') ?? '';
  if (query.get('uploadType') === 'media') {
    return { name: queryName, object: { bytes: body, ...(contentType !== undefined && { contentType }) } };
  }
  const boundary = /boundary="?([^";]+)"?/.exec(contentType ?? '')?.[1];
  const [described, content] = boundary === undefined ? [] : partsOf(body, boundary);
  if (!described || !content) return null;
  const resource = JSON.parse(described.body.toString('utf8')) as Resource;
  const type = resource.contentType ?? content.contentType;
  return {
    name: resource.name ?? queryName,
    object: {
      bytes: content.body,
      ...(type !== undefined && { contentType: type }),
      ...(resource.metadata && { metadata: resource.metadata }),
    },
  };
}

interface Resource {
  readonly name?: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Part {
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** The parts of a `multipart/related` body. */
function partsOf(body: Buffer, boundary: string): Part[] {
  const parts: Part[] = [];
  const mark = `--${boundary}`;
  for (let at = body.indexOf(mark); at >= 0; ) {
    const end = body.indexOf(`\r\n${mark}`, at + mark.length);
    if (end < 0) break;
    const headEnd = body.indexOf('\r\n\r\n', at + mark.length);
    const head = body.toString('latin1', at + mark.length, headEnd);
    parts.push({
      contentType: /^content-type: *(.+)$/im.exec(head)?.[1]?.trim(),
      body: body.subarray(headEnd + 4, end),
    });
    at = end + 2;
  }
  return parts;
}
