import type { FileContent } from '../file-content';

/** Where the configuration comes from: found, followed, and told about. */
export interface ConfigurationSource {
  /** Delivers what there is now, then follows changes. */
  start(): Promise<void>;
  /** Looks now and delivers what is there, changed or not. Rejects when the taker does. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
  status(): SourceStatus;
}

/** Takes new content. When it rejects, the same content is offered again. */
export type ContentTaker = (content: FileContent) => Promise<void>;

/** How things stand between config-sync and the place its configuration comes from. */
export interface SourceStatus {
  /** For people: a path, or `s3://bucket/key`, or `gs://bucket/object`. */
  readonly source: string;
  readonly kind: 'file' | 's3' | 'gcs';
  /** ETag or generation of what was read last; empty for files. */
  readonly tag: string;
  /** Of the last look that had an answer; 0 when there was none yet. */
  readonly seenAtUnixMs: number;
  /** Since when no look had one; 0 while they have. */
  readonly awaySinceUnixMs: number;
  /** Why; empty while they have. */
  readonly awayReason: string;
  /** What counts was read from the copy on disk, and the source has not been heard since this process began. */
  readonly stale: boolean;
}
