/** Who calls Google, as configured. */
export type GoogleCaller =
  /** The JSON of a service account, a user or a federated identity. Never logged. */
  | { readonly type: 'document'; readonly json: string }
  | { readonly type: 'file'; readonly path: string }
  /** Whoever the machine is: gcloud's file, or the metadata server (GKE workload identity, Compute Engine, Cloud Run). */
  | { readonly type: 'default' };
