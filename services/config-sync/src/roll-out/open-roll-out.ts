import type { Bus } from '@gateway/bus';
import { INSTANCE_TTL_MS, type InstanceReport } from '@gateway/contracts';
import { ConfigurationStore, type ServiceContext } from '@gateway/service-kit';
import { observeRollOut } from './observe-roll-out';
import { RollOut } from './roll-out';
import { VersionWriter } from './version-writer';

/** Connects the roll-out to NATS KV. Resolves when it knows what is in force and who runs. */
export async function openRollOut(
  { environment, logger, metrics }: ServiceContext<'config-sync'>,
  bus: Bus,
): Promise<{ readonly rollOut: RollOut; readonly writer: VersionWriter }> {
  const store = await ConfigurationStore.open(bus);
  const instances = await bus.keyValue(bus.subjects.instancesBucket, { ttlMs: INSTANCE_TTL_MS });
  const rollOut = new RollOut({
    store,
    watchInstances: (listener) =>
      instances.watch('>', ({ key, bytes }) => {
        listener(key, bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as InstanceReport));
      }),
    observer: observeRollOut(logger, metrics),
    historySize: environment.configHistory,
    patienceMs: environment.configPatienceMs,
    nowUnixMs: Date.now,
    nowMs: () => performance.now(),
  });
  await rollOut.start();
  const encryptionKey = environment.encryptionKey ?? null;
  return { rollOut, writer: new VersionWriter({ store, rollOut, encryptionKey, nowUnixMs: Date.now }) };
}
