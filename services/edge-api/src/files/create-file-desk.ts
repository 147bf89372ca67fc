import { StoredFilesDefinition } from '@gateway/contracts';
import { createGrpcClient, DRAIN_ORDER, type ServiceContext } from '@gateway/service-kit';
import { gatewayFileUploadsTotal } from '@gateway/telemetry';
import { FileDesk } from './file-desk';
import { FileLibrary } from './file-library';

/** Longer than the ledger itself waits for PostgreSQL, so that its answer comes first. */
const DEADLINE_MS = 10_000;

export function createFileDesk(context: ServiceContext<'edge-api'>): FileDesk {
  const { environment, logger, metrics } = context;
  const client = createGrpcClient(StoredFilesDefinition, environment.ledgerUrl, { deadlineMs: DEADLINE_MS, logger });
  context.onDrain('close the way to files', () => client.close(), DRAIN_ORDER.connections);
  const uploads = gatewayFileUploadsTotal(metrics);
  return new FileDesk({
    files: new FileLibrary(client, logger),
    mostBytes: environment.maxFileBytes,
    counts: { stored: uploads.labelled({ outcome: 'stored' }), failed: uploads.labelled({ outcome: 'failed' }) },
  });
}
