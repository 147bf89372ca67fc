/** What a call to AWS is signed with. Never logged. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that were lent for a while. */
  readonly sessionToken?: string;
}

/** Who calls AWS, as configured; without any of these it is whoever the machine is (AWS's default chain). */
export interface AwsCaller {
  readonly keys?: AwsCredentials;
  /** A profile of AWS's own shared files. */
  readonly profile?: string;
  /** A role that is taken on by the caller above. */
  readonly role?: AwsRole;
}

export interface AwsRole {
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId?: string;
  /** Proof of another identity provider, which replaces the caller: a token, or the file that has it. */
  readonly webIdentity?: { readonly token: string } | { readonly file: string };
  /** Where roles are handed out. */
  readonly region: string;
  readonly stsEndpoint?: string;
}
