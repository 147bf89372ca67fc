import type { ChosenSignIn, SignIn, SignInCredentials } from '../provider-entry';

/** Google's credentials: a document or the file that has it, else whoever the machine is. */
export const VERTEX_SIGN_IN: SignIn = {
  variables: {
    vertex_credentials: 'VERTEXAI_CREDENTIALS',
    google_application_credentials: 'GOOGLE_APPLICATION_CREDENTIALS',
    vertex_project: 'VERTEXAI_PROJECT',
    google_cloud_project: 'GOOGLE_CLOUD_PROJECT',
    vertex_location: 'VERTEXAI_LOCATION',
  },

  namesCaller: (names) => names.includes('vertex_credentials'),

  choose(given): ChosenSignIn {
    const text = vertexCredentialText(given)?.trim();
    if (!text) return { type: 'google-caller', caller: { type: 'default' } };
    if (!text.startsWith('{')) return { type: 'google-caller', caller: { type: 'file', path: text } };
    if (!isJson(text)) return { type: 'unusable', reason: 'vertex_credentials is neither JSON nor the path of a file' };
    return { type: 'google-caller', caller: { type: 'document', json: text } };
  },
};

export function vertexCredentialText({ own, shared }: SignInCredentials): string | undefined {
  return own.vertex_credentials ?? shared.vertex_credentials ?? shared.google_application_credentials;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the error would quote a key
  }
}
