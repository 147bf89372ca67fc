import type { AwsCaller, AwsCredentials, AwsRole } from '@gateway/provider-kit';
import type { ChosenSignIn, SignIn, SignInCredentials } from '../provider-entry';
import { isHeaderText } from '../token-header';

/** Who calls; what else there is (region, endpoints, a session's name) says where and how. */
const CALLER = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_profile_name',
  'aws_role_name',
  'aws_web_identity_token',
];
const SESSION_NAME = 'llm-gateway';
const FALLBACK_REGION = 'us-west-2';
const TOKEN_FILE = 'oidc/file/';

/** Keys, a profile, a role on top of these or by a web identity; else AWS's default chain says who calls. */
export const BEDROCK_SIGN_IN: SignIn = {
  variables: {
    aws_access_key_id: 'AWS_ACCESS_KEY_ID',
    aws_secret_access_key: 'AWS_SECRET_ACCESS_KEY',
    aws_session_token: 'AWS_SESSION_TOKEN',
    aws_profile_name: 'AWS_PROFILE_NAME',
    aws_role_name: 'AWS_ROLE_NAME',
    aws_session_name: 'AWS_SESSION_NAME',
    aws_external_id: 'AWS_EXTERNAL_ID',
    aws_web_identity_token: 'AWS_WEB_IDENTITY_TOKEN',
    aws_sts_endpoint: 'AWS_STS_ENDPOINT',
    aws_region_name: 'AWS_REGION_NAME',
    aws_region: 'AWS_REGION',
    aws_default_region: 'AWS_DEFAULT_REGION',
  },

  namesCaller: (names) => names.some((name) => CALLER.includes(name)),

  choose(given): ChosenSignIn {
    const who = callerOf(given);
    const keys = keysOf(who);
    if (keys !== null && 'type' in keys) return keys;
    const role = roleOf(who, given);
    if (role !== null && 'type' in role) return role;
    if (role === null && keys !== null) return { type: 'aws-keys', keys };
    const caller: AwsCaller = {
      ...(keys !== null && { keys }),
      ...(who.aws_profile_name && { profile: who.aws_profile_name }),
      ...(role !== null && { role }),
    };
    return { type: 'aws-caller', caller };
  },
};

type Named = Readonly<Record<string, string>>;

/** A deployment with a caller of its own does not mean the one that lies in the environment. */
function callerOf({ own, shared }: SignInCredentials): Named {
  if (CALLER.some((name) => own[name] !== undefined)) return own;
  // The chain reads these by itself, and knows which of its own variables comes first.
  const { aws_access_key_id: _id, aws_secret_access_key: _secret, aws_session_token: _token, ...others } = shared;
  return { ...others, ...own };
}

function keysOf(who: Named): AwsCredentials | ChosenSignIn | null {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: token } = who;
  if (!accessKeyId && !secretAccessKey) return null;
  if (!accessKeyId || !secretAccessKey) {
    return { type: 'incomplete', missing: [accessKeyId ? 'aws_secret_access_key' : 'aws_access_key_id'] };
  }
  if (![accessKeyId, token ?? 'x'].every(isHeaderText)) return unusable('the AWS keys are no header’s text');
  return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
}

function roleOf(who: Named, { own, shared }: SignInCredentials): AwsRole | ChosenSignIn | null {
  const { aws_role_name: arn, aws_web_identity_token: webToken, aws_external_id: externalId } = who;
  const given: Named = { ...shared, ...own };
  if (!arn) return webToken ? { type: 'incomplete', missing: ['aws_role_name'] } : null;
  const webIdentity = webToken ? webIdentityOf(webToken) : undefined;
  if (webIdentity === null) {
    return unusable('aws_web_identity_token is neither a token nor oidc/file/ with the path of one');
  }
  const stsEndpoint = given.aws_sts_endpoint;
  return {
    arn,
    sessionName: given.aws_session_name ?? SESSION_NAME,
    region: given.aws_region_name ?? given.aws_region ?? given.aws_default_region ?? FALLBACK_REGION,
    ...(externalId && { externalId }),
    ...(stsEndpoint && { stsEndpoint }),
    ...(webIdentity && { webIdentity }),
  };
}

/** LiteLLM's other `oidc/…` words ask other services for a token; those there are no ways to here. */
function webIdentityOf(text: string): AwsRole['webIdentity'] | null {
  if (text.startsWith(TOKEN_FILE)) return { file: text.slice(TOKEN_FILE.length) };
  return text.startsWith('oidc/') || !isHeaderText(text) ? null : { token: text };
}

function unusable(reason: string): ChosenSignIn {
  return { type: 'unusable', reason };
}
