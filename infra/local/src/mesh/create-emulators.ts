import { LOOPBACK, type MeshContext } from './mesh-context';
import { processSpec } from './process-spec';
import { readyByLine } from './readiness';
import { EMULATOR_NAMES, EMULATORS_ENTRY, type EmulatorName } from './service-table';
import { SupervisedService } from './supervised-service';

/** By name, as each vendor's clients want it: OpenAI's with `/v1`, Anthropic's without. */
export type EmulatorUrls = Readonly<Record<EmulatorName, string>>;

export interface StartedEmulators {
  readonly service: SupervisedService;
  readonly urls: EmulatorUrls;
}

/** Starts the provider emulators, one process for all, on ports that stay the same over restarts. */
export async function startEmulators(context: MeshContext): Promise<StartedEmulators> {
  const args: string[] = [EMULATORS_ENTRY];
  const ports: number[] = [];
  for (const name of EMULATOR_NAMES) {
    const port = await context.ports.portFor(`emulator-${name}`);
    ports.push(port);
    args.push(`--${name}-port`, String(port));
  }
  let announced: Readonly<Record<string, unknown>> = {};
  const service = new SupervisedService({
    service: 'emulators',
    httpUrl: `http://${LOOPBACK}:${ports[0]}`,
    process: processSpec(context, 'emulators', args, { PATH: process.env.PATH ?? '' }),
    readiness: readyByLine((announcement) => {
      announced = announcement;
    }),
    restartDead: context.restartDead,
    guard: context.guard,
    onLine: context.onLogLine,
    onEvent: context.onEvent,
  });
  await service.start();
  const urls = Object.fromEntries(EMULATOR_NAMES.map((name) => [name, String(announced[name])]));
  return { service, urls: urls as EmulatorUrls };
}

/** `EMULATOR_OPENAI_URL` and its like, for the configuration to name. */
export function emulatorVariables(urls: EmulatorUrls): Record<string, string> {
  return Object.fromEntries(EMULATOR_NAMES.map((name) => [`EMULATOR_${name.toUpperCase()}_URL`, urls[name]]));
}
