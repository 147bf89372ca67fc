import type { Envelope } from '@gateway/contracts';
import { GatewayException, isOperation } from '@gateway/domain';
import { RemoteContentError } from '@gateway/provider-kit';
import { chatAdapterFor, contentUrlsOf, type FetchedContents, parseObject } from '@gateway/providers';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';
import type { ServedDeployment } from './served-deployments';
import type { WorkerPorts } from './worker-ports';

/** More pictures than any model takes; each is a connection to a stranger. */
const MOST_CONTENTS = 20;

export interface ContentsQuestion {
  readonly served: Pick<ServedDeployment, 'entry' | 'target' | 'deployment'>;
  readonly providerModel: string;
}

/** The URLs to be fetched before this provider can be asked: none where it fetches them itself. */
export function urlsToFetch(
  { wire }: Envelope,
  body: Uint8Array,
  { served: { entry, target, deployment }, providerModel }: ContentsQuestion,
): readonly string[] {
  if (isOperation(wire)) return [];
  if (chatAdapterFor(entry, wire, { target, providerModel, mode: deployment.mode })?.takesUrls !== false) return [];
  if (Buffer.from(body.buffer, body.byteOffset, body.byteLength).indexOf('http') < 0) return [];
  return contentUrlsOf(CHAT_WIRE_CODECS[wire].decodeRequest(parseObject(body)));
}

/** @throws GatewayException naming the URL that cannot be used. */
export async function fetchContents(ports: WorkerPorts, urls: readonly string[]): Promise<FetchedContents> {
  if (urls.length > MOST_CONTENTS)
    throw refused(`More than ${MOST_CONTENTS} images and documents are given by their URLs`);
  const contents = await Promise.all(
    urls.map(async (url) => {
      try {
        return [url, await ports.readRemote(url)] as const;
      } catch (error) {
        if (error instanceof RemoteContentError)
          throw refused(`The content at ${url.slice(0, 200)} cannot be used: ${error.message}`);
        throw error;
      }
    }),
  );
  return new Map(contents);
}

function refused(message: string): GatewayException {
  return new GatewayException({ code: 'invalid_request', message: `${message}.` });
}
