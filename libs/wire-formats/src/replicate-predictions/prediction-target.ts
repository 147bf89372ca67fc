import { modelPath } from '../model-path';

/** Where a prediction of a model is begun, and what its body says of the model. */
export interface PredictionTarget {
  readonly path: string;
  readonly version?: string;
}

/**
 * `owner/name` → the model's newest, `deployments/owner/name` → a deployment of one's own, `owner/name:version` or a
 * version alone → that version. A client may have written the name, so nothing in it leaves its segment of the path.
 * @throws GatewayException `invalid_request` for `.` and `..`
 */
export function predictionTargetOf(model: string): PredictionTarget {
  const [, version] = /^(?:[^:]*:)?([0-9a-f]{64})$/.exec(model) ?? [];
  if (version !== undefined) return { path: '/predictions', version };
  const [, isDeployed, name = model] = /^(deployments\/)?(.*)$/.exec(model) ?? [];
  return { path: `/${isDeployed ? 'deployments' : 'models'}/${modelPath(name)}/predictions` };
}
