import type { SignInAnswer, SignInRequest } from '../server/vendor-wire';

interface Lent {
  readonly accessKeyId: string;
  readonly secret: string;
}

const LIFETIME_MS = 3_600_000;

/**
 * The two calls of STS that hand out credentials, as AWS's query protocol has them. Every role is given to everybody but
 * `…/forbidden`; a role's name may end in `+lifetime-3s`.
 */
export class StsRoles {
  private readonly lent: Lent[] = [];

  constructor(private readonly nowUnixMs: () => number) {}

  secretOf(accessKeyId: string): string | undefined {
    return this.lent.find((one) => one.accessKeyId === accessKeyId)?.secret;
  }

  answer({ method, path, body }: SignInRequest): SignInAnswer | null {
    if (method !== 'POST' || path !== '/') return null;
    const form = new URLSearchParams(body ?? '');
    const action = form.get('Action') ?? '';
    const role = form.get('RoleArn') ?? '';
    if (!/^AssumeRole(WithWebIdentity)?$/.test(action)) return null;
    if (role.endsWith('/forbidden') || (action !== 'AssumeRole' && !form.get('WebIdentityToken'))) {
      const error = '<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized</Message></Error>';
      return { status: 403, xml: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
    }
    return { status: 200, xml: this.credentials(action, role, form.get('RoleSessionName') ?? '') };
  }

  private credentials(action: string, role: string, session: string): string {
    const number = this.lent.length + 1;
    const one = { accessKeyId: `ASIAEMULATOR${String(number).padStart(8, '0')}`, secret: `lent-secret-${number}` };
    this.lent.push(one);
    const seconds = /\+lifetime-(\d+)s$/.exec(role)?.[1];
    const endsUnixMs = this.nowUnixMs() + (seconds === undefined ? LIFETIME_MS : Number(seconds) * 1_000);
    const credentials = `<AccessKeyId>${one.accessKeyId}</AccessKeyId><SecretAccessKey>${one.secret}</SecretAccessKey><SessionToken>lent-session-${number}</SessionToken><Expiration>${new Date(endsUnixMs).toISOString()}</Expiration>`;
    const user = `<AssumedRoleUser><Arn>${role}/${session}</Arn><AssumedRoleId>AROA:${session}</AssumedRoleId></AssumedRoleUser>`;
    return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>${credentials}</Credentials>${user}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`;
  }
}
