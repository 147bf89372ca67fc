import { locateVertex } from './vertex-location';
import { VERTEX_SIGN_IN } from './vertex-sign-in';

type Named = Readonly<Record<string, string>>;
const given = (own: Named, shared: Named = {}) => ({ own, shared });
const DOCUMENT = '{"type":"service_account","project_id":"mine"}';
const OTHER = '{"type":"service_account","project_id":"theirs"}';

describe('B5 a sign-in to Vertex AI', () => {
  it.each([
    [given({}), { type: 'default' }],
    [given({ vertex_credentials: DOCUMENT }), { type: 'document', json: DOCUMENT }],
    [given({ vertex_credentials: ` ${DOCUMENT}\n` }), { type: 'document', json: DOCUMENT }],
    [given({ vertex_credentials: '/key.json' }, { vertex_credentials: DOCUMENT }), { type: 'file', path: '/key.json' }],
    [given({}, { vertex_credentials: '/a', google_application_credentials: '/b' }), { type: 'file', path: '/a' }],
    [given({}, { google_application_credentials: '/b' }), { type: 'file', path: '/b' }],
  ])('with %j is by %j', (credentials, caller) => {
    expect(VERTEX_SIGN_IN.choose(credentials)).toEqual({ type: 'google-caller', caller });
  });

  it('with half a document is none, and quotes nothing of it', () => {
    const chosen = VERTEX_SIGN_IN.choose(given({ vertex_credentials: '{"private_key":"hush' }));
    expect(chosen).toMatchObject({ type: 'unusable', reason: expect.not.stringContaining('hush') });
  });

  it('is named by credentials only: a project says nothing about who calls', () => {
    expect(VERTEX_SIGN_IN.namesCaller?.(['vertex_project', 'vertex_location'])).toBe(false);
    expect(VERTEX_SIGN_IN.namesCaller?.(['vertex_project', 'vertex_credentials'])).toBe(true);
  });
});

describe('B5 the address of Vertex AI', () => {
  const project = { vertex_project: 'p' };
  const at = (own: Named, shared: Named = {}) => locateVertex({ ...given(own, shared), providerModel: 'm' });

  it.each<[Named, string, string]>([
    [{}, 'us-central1', 'https://us-central1-aiplatform.googleapis.com'],
    [{ vertex_location: 'europe-west4' }, 'europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
    [{ vertex_location: 'global' }, 'global', 'https://aiplatform.googleapis.com'],
    [{ vertex_location: 'eu' }, 'eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ])('with %j is in %s, at %s', (own, region, defaultBaseUrl) => {
    expect(at({ ...project, ...own })).toEqual({ region, project: 'p', defaultBaseUrl });
  });

  it.each<[Named, Named, string]>([
    [{ vertex_project: 'a', vertex_credentials: DOCUMENT }, { vertex_project: 'b' }, 'a'],
    [{ vertex_credentials: DOCUMENT }, { vertex_project: 'b' }, 'mine'],
    [{}, { vertex_project: 'b', google_cloud_project: 'c', vertex_credentials: OTHER }, 'b'],
    [{}, { google_cloud_project: 'c', vertex_credentials: OTHER }, 'c'],
    [{}, { google_application_credentials: OTHER }, 'theirs'],
  ])('with %j beside %j is of the project %s', (own, shared, expected) => {
    expect(at(own, shared)).toMatchObject({ project: expected });
  });

  it('B6 without a project is none, and names the variables', () => {
    const unusable = 'vertex_project (or VERTEXAI_PROJECT or GOOGLE_CLOUD_PROJECT) is not set';
    expect(at({})).toEqual({ unusable });
    expect(at({ vertex_credentials: '/key.json' })).toEqual({ unusable });
  });

  it.each<Named>([{ vertex_location: 'evil.example/' }, { vertex_location: '' }, { vertex_project: 'p/../q' }])(
    'with %j is none: both become parts of it',
    (own) => {
      expect(at({ ...project, ...own })).toHaveProperty('unusable');
    },
  );
});
