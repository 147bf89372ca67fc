import { watsonxDeploymentOf } from '@gateway/wire-formats';
import type { LocationQuestion, ProviderLocation } from '../provider-entry';

/** Which project or space is billed, and the host of a region of IBM Cloud, where one is named. */
export function locateWatsonx({
  own,
  shared,
  providerModel,
}: LocationQuestion): ProviderLocation | { readonly unusable: string } {
  const region = own.watsonx_region_name ?? shared.watsonx_region_name ?? shared.wx_region;
  // It becomes part of a host's name.
  if (region !== undefined && !/^[a-z0-9-]{1,40}$/.test(region)) return { unusable: 'the watsonx region is none' };
  const project = own.project_id ?? (own.space_id ? undefined : (shared.project_id ?? shared.wx_project_id));
  const space = own.space_id ?? shared.space_id ?? shared.watsonx_space_id ?? shared.wx_space_id;
  if (!project && !space && watsonxDeploymentOf(providerModel) === null) {
    return { unusable: 'neither project_id (or WATSONX_PROJECT_ID) nor space_id (or WATSONX_SPACE_ID) is set' };
  }
  return {
    ...(project ? { project } : { space }),
    ...(region !== undefined && { region }),
    defaultBaseUrl: region === undefined ? null : `https://${region}.ml.cloud.ibm.com`,
  };
}
