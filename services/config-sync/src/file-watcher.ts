import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '@gateway/telemetry';
import { type FileContent, isSameContent } from './file-content';
import type { ConfigurationSource, SourceStatus } from './sources/configuration-source';

export interface FileWatcherOptions {
  readonly path: string;
  /** For file systems that report no changes, and for links whose target changes elsewhere. */
  readonly pollMs: number;
  /** A change counts once the content has been the same for this long: editors and copies write in steps. */
  readonly settleMs: number;
  readonly read: (path: string) => Promise<FileContent>;
  /** Takes new content. When it rejects, the same content is offered again at the next look. */
  readonly onContent: (content: FileContent) => Promise<void>;
  readonly logger: Logger;
}

/**
 * Watches a file by its content, not by its times or its inode, so that renames over it, swapped links (Kubernetes config
 * maps) and rewrites with the same text are all what they are. Directory events make it quick, polling makes it sure.
 */
export class FileWatcher implements ConfigurationSource {
  private events: FSWatcher | null = null;
  private timer: NodeJS.Timeout | null = null;
  private dueMs = 0;
  private candidate: FileContent | null = null;
  private delivered: FileContent | null = null;
  private looking: Promise<void> | null = null;
  private stopped = false;
  private seenAtUnixMs = 0;
  private awaySinceUnixMs = 0;
  private awayReason = '';

  constructor(private readonly options: FileWatcherOptions) {}

  /** Delivers the present content, then follows changes. */
  async start(): Promise<void> {
    this.watchDirectory();
    await this.deliver(await this.read());
    this.lookIn(this.options.pollMs);
  }

  /** Reads now and delivers what is there, changed or not. Rejects when the taker does. */
  async refresh(): Promise<void> {
    await this.looking;
    const content = await this.read();
    this.delivered = null;
    await this.options.onContent(content);
    this.delivered = content;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.events?.close();
    if (this.timer) clearTimeout(this.timer);
    await this.looking;
  }

  status(): SourceStatus {
    const { seenAtUnixMs, awaySinceUnixMs, awayReason } = this;
    const { path: source } = this.options;
    return { source, kind: 'file', tag: '', seenAtUnixMs, awaySinceUnixMs, awayReason, stale: false };
  }

  private async read(): Promise<FileContent> {
    const content = await this.options.read(this.options.path);
    const nowUnixMs = Date.now();
    if (content.kind === 'text') {
      this.seenAtUnixMs = nowUnixMs;
      this.awaySinceUnixMs = 0;
      this.awayReason = '';
    } else {
      this.awaySinceUnixMs ||= nowUnixMs;
      this.awayReason = content.reason;
    }
    return content;
  }

  private watchDirectory(): void {
    try {
      this.events = watch(dirname(this.options.path), { persistent: false }, () => this.lookIn(this.options.settleMs));
      this.events.on('error', (error) => this.pollOnly(error));
    } catch (error) {
      this.pollOnly(error);
    }
  }

  private pollOnly(error: unknown): void {
    this.events?.close();
    this.events = null;
    const { path, pollMs } = this.options;
    this.options.logger.info({ error, path, pollMs }, 'no file events here; looking at the file from time to time');
  }

  /** The nearest look wins: events may bring it forward and never put it off, however many there are. */
  private lookIn(delayMs: number): void {
    const dueMs = performance.now() + delayMs;
    if (this.stopped || (this.timer && this.dueMs <= dueMs)) return;
    if (this.timer) clearTimeout(this.timer);
    this.dueMs = dueMs;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.looking) {
        this.lookIn(this.options.settleMs);
        return;
      }
      this.looking = this.look().finally(() => {
        this.looking = null;
      });
    }, delayMs);
  }

  private async look(): Promise<void> {
    const { pollMs, settleMs } = this.options;
    const content = await this.read();
    if (isSameContent(content, this.delivered)) {
      this.candidate = null;
      this.lookIn(pollMs);
    } else if (isSameContent(content, this.candidate)) {
      this.candidate = null;
      await this.deliver(content);
      this.lookIn(pollMs);
    } else {
      this.candidate = content;
      this.lookIn(settleMs);
    }
  }

  private async deliver(content: FileContent): Promise<void> {
    try {
      await this.options.onContent(content);
      this.delivered = content;
    } catch (error) {
      this.options.logger.warn({ error, path: this.options.path }, 'the configuration could not be taken over yet');
    }
  }
}
