import type { GatewayAnswer, GatewayHttp } from './gateway-http';

export type FormField = string | Blob;

/** Sends a form; a list is several fields of one name. */
export async function sendForm(
  gateway: GatewayHttp,
  path: string,
  fields: Readonly<Record<string, FormField | readonly FormField[]>>,
): Promise<GatewayAnswer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, one);
  }
  const encoded = new Response(form);
  return gateway.send({
    path,
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
}
