import type { ChosenSignIn, SignIn } from '../provider-entry';
import { isHeaderText } from '../token-header';
import { iamGrant } from './iam-grant';

const IAM = 'https://iam.cloud.ibm.com/identity/token';

/** IBM Cloud: a key buys tokens of an hour; or a token from outside, or a key of Cloud Pak for Data. */
export const WATSONX_SIGN_IN: SignIn = {
  variables: {
    token: 'WATSONX_TOKEN',
    zen_api_key: 'WATSONX_ZENAPIKEY',
    project_id: 'WATSONX_PROJECT_ID',
    wx_project_id: 'WX_PROJECT_ID',
    space_id: 'WATSONX_DEPLOYMENT_SPACE_ID',
    watsonx_space_id: 'WATSONX_SPACE_ID',
    wx_space_id: 'WX_SPACE_ID',
    watsonx_region_name: 'WATSONX_REGION',
    wx_region: 'WX_REGION',
    iam_url: 'WATSONX_IAM_URL',
  },

  namesCaller: (names) => names.includes('token') || names.includes('zen_api_key'),

  choose({ own, shared }): ChosenSignIn {
    const { token, zen_api_key: zenKey } = own.token || own.zen_api_key ? own : shared;
    if (token) return isHeaderText(token) ? { type: 'token', token } : unusable('token is no header’s text');
    if (!zenKey) return { type: 'none' };
    if (!isHeaderText(zenKey)) return unusable('zen_api_key is no header’s text');
    return { type: 'token', token: `ZenApiKey ${zenKey}` };
  },

  tradeKey(apiKey, { shared }): ChosenSignIn {
    const address = shared.iam_url ?? IAM;
    if (!URL.canParse(address)) return unusable('WATSONX_IAM_URL is no address');
    return { type: 'grant', grant: iamGrant(new URL(address), apiKey) };
  },
};

function unusable(reason: string): ChosenSignIn {
  return { type: 'unusable', reason };
}
