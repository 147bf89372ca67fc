import { openAiWire } from '../openai/openai-wire';
import { type EmulatorOptions, ProviderEmulator } from '../server/provider-emulator';
import type { VendorWire } from '../server/vendor-wire';
import { readEmbeddings } from './embeddings';
import { type RetrievalVendor, readRerank } from './rerank';

/** Emulates `POST /v1/embeddings` and `/v1/rerank` of Jina AI or Voyage AI; clients take `<origin>/v1` as base URL. */
export class RetrievalEmulator extends ProviderEmulator {
  constructor(vendor: RetrievalVendor, options: EmulatorOptions = {}) {
    super(wireOf(vendor), options);
  }
}

function wireOf(vendor: RetrievalVendor): VendorWire {
  return {
    ...openAiWire,
    defaultModels: [`mock-${vendor}`],
    resource: (method, path) => {
      if (method !== 'POST') return null;
      if (path === '/v1/embeddings') return { type: 'chat', read: (body) => readEmbeddings(vendor, body) };
      return path === '/v1/rerank' ? { type: 'chat', read: (body) => readRerank(vendor, body) } : null;
    },
    // Voyage says what is wrong under this name, in a document with nothing else in it; Jina does so too.
    errorDocument: ({ message }) => ({ detail: message }),
  };
}
