import type { Bus } from '@gateway/bus';
import { type ExperimentWinner, isInForce } from '@gateway/contracts';
import type { Experiment, RoutingSettings } from '@gateway/domain';
import type { ServiceContext } from '@gateway/service-kit';
import { gatewayExperimentWinner } from '@gateway/telemetry';

type Experiments = RoutingSettings['experiments'];

export interface FollowedWinners {
  /** Experiments with the winners that are in force for them. */
  among(experiments: Experiments): Experiments;
  /** The same for a configuration that comes into force. */
  configure(experiments: Experiments): Experiments;
  stop(): void;
}

/** Keeps which variants have taken all requests; `onChange` hears the present experiments with what has changed. */
export async function followWinners(
  { metrics, logger }: ServiceContext<'router'>,
  bus: Bus,
  onChange: (experiments: Experiments) => void,
): Promise<FollowedWinners> {
  const entries = new Map<string, ExperimentWinner>();
  const shown = new Map<string, string>();
  const gauge = gatewayExperimentWinner(metrics);
  let configured: Experiments = [];

  const show = ({ name, winner }: Pick<Experiment, 'name' | 'winner'>): void => {
    const before = shown.get(name);
    if (before === winner?.variant) return;
    if (before !== undefined) gauge.labelled({ experiment: name, variant: before }).set(0);
    if (winner) {
      gauge.labelled({ experiment: name, variant: winner.variant }).set(1);
      shown.set(name, winner.variant);
      logger.info({ experiment: name, variant: winner.variant, by: winner.by }, 'variant has all requests');
    } else {
      shown.delete(name);
      logger.info({ experiment: name, variant: before }, 'variant has all requests no more');
    }
  };
  const apply = (): Experiments => {
    const present = withWinners(configured, entries);
    const gone = [...shown.keys()].filter((name) => !present.some((experiment) => experiment.name === name));
    for (const name of gone) show({ name });
    present.forEach(show);
    return present;
  };
  const stop = await (await bus.keyValue(bus.subjects.experimentsBucket)).watch('>', ({ key, bytes }) => {
    if (bytes === null) entries.delete(key);
    else entries.set(key, JSON.parse(Buffer.from(bytes).toString('utf8')) as ExperimentWinner);
    onChange(apply());
  });
  return {
    among: (experiments) => withWinners(experiments, entries),
    configure(experiments) {
      configured = experiments;
      return apply();
    },
    stop,
  };
}

/** What is said of another definition is void, and so is a winner that serves no more. */
export function withWinners(experiments: Experiments, entries: ReadonlyMap<string, ExperimentWinner>): Experiments {
  return experiments.map((experiment): Experiment => {
    const entry = entries.get(experiment.name);
    const variant = entry && isInForce(entry, experiment) ? entry.variant : null;
    if (entry === undefined || variant === null || experiment.variants.every(({ name }) => name !== variant)) {
      return experiment;
    }
    return { ...experiment, winner: { variant, by: entry.by } };
  });
}
