import type { LocationQuestion, ProviderLocation, SignInCredentials } from '../provider-entry';
import { vertexCredentialText } from './vertex-sign-in';

const DEFAULT_LOCATION = 'us-central1';
/** Both become parts of addresses. */
const LOCATION = /^[a-z0-9-]{1,40}$/;
const PROJECT = /^[a-z0-9][a-z0-9.:-]{0,99}$/;
const MULTI_REGIONS: ReadonlySet<string> = new Set(['us', 'eu']);

/** The host of a location, and whose project is billed. */
export function locateVertex({ own, shared }: LocationQuestion): ProviderLocation | { readonly unusable: string } {
  const region = own.vertex_location ?? shared.vertex_location ?? DEFAULT_LOCATION;
  if (!LOCATION.test(region)) return { unusable: 'vertex_location is not the name of a location' };
  const project = projectOf({ own, shared });
  if (project === undefined) {
    return { unusable: 'vertex_project (or VERTEXAI_PROJECT or GOOGLE_CLOUD_PROJECT) is not set' };
  }
  if (!PROJECT.test(project)) return { unusable: 'vertex_project is not the name of a project' };
  return { region, project, defaultBaseUrl: hostOf(region) };
}

function hostOf(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (MULTI_REGIONS.has(location)) return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** A key's document names its project: what is said nearer to it wins. */
function projectOf({ own, shared }: SignInCredentials): string | undefined {
  return (
    own.vertex_project ??
    projectInDocument(own.vertex_credentials) ??
    shared.vertex_project ??
    shared.google_cloud_project ??
    projectInDocument(vertexCredentialText({ own, shared }))
  );
}

function projectInDocument(text: string | undefined): string | undefined {
  if (!text?.trimStart().startsWith('{')) return undefined;
  try {
    const { project_id: project } = JSON.parse(text) as { readonly project_id?: unknown };
    return typeof project === 'string' ? project : undefined;
  } catch {
    return undefined; // the sign-in says what is wrong with it
  }
}
