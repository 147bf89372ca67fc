import type { Logger } from '@gateway/telemetry';
import { type FileContent, isSameContent } from '../file-content';
import type { ConfigurationSource, ContentTaker, SourceStatus } from './configuration-source';
import type { ObjectAnswer, RemoteObject } from './object-store';
import type { OfflineCopy } from './offline-copy';
import { PollTimer, type PollTimerOptions } from './poll-timer';

export interface ObjectSourceOptions extends PollTimerOptions {
  /** For people: `s3://bucket/key`. */
  readonly name: string;
  readonly kind: 's3' | 'gcs';
  readonly object: RemoteObject;
  readonly copy: OfflineCopy;
  readonly onContent: ContentTaker;
  /** Whether what was taken last is good, and so worth keeping. */
  readonly isGood: () => boolean;
  readonly logger: Logger;
  readonly nowUnixMs: () => number;
}

interface Held {
  readonly content: FileContent;
  readonly tag: string;
}

/**
 * Follows one object of a store by its tag. What has not changed is not downloaded, and what was downloaded with the same
 * text is not offered. While the store is away the last document stays what counts; it is also what config-sync starts with.
 */
export class ObjectSource implements ConfigurationSource {
  private held: Held | null = null;
  /** What is held, or why nothing is, still has to be offered. */
  private isOwed = false;
  private isStale = false;
  private awaySinceUnixMs = 0;
  private awayReason = '';
  private seenAtUnixMs = 0;
  /** What the copy on disk holds. */
  private kept: Held | null = null;
  private cannotKeep = false;
  private readonly timer: PollTimer;
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: ObjectSourceOptions) {
    this.timer = new PollTimer(() => void this.look(), options);
  }

  async start(): Promise<void> {
    await this.recall();
    await this.look();
  }

  refresh(): Promise<void> {
    return this.inTurn(async () => {
      await this.ask();
      this.isOwed = true;
      await this.deliver();
    });
  }

  /** One look, as the timer takes it. Never rejects. */
  look(): Promise<void> {
    return this.inTurn(async () => {
      await this.ask();
      try {
        if (this.isOwed) await this.deliver();
      } catch (error) {
        this.options.logger.warn({ error }, `${this.options.name} could not be taken over yet`);
      }
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.options.object.close();
    await this.turn;
    this.timer.stop();
  }

  status(): SourceStatus {
    return {
      source: this.options.name,
      kind: this.options.kind,
      tag: this.held?.tag ?? '',
      seenAtUnixMs: this.seenAtUnixMs,
      awaySinceUnixMs: this.awaySinceUnixMs,
      awayReason: this.awayReason,
      stale: this.isStale,
    };
  }

  /** One after the other, whoever asks; the next one by itself is a whole wait after the last. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(work);
    this.turn = turn
      .catch(() => undefined)
      .then(() => {
        if (!this.stopped) this.timer.next(this.awaySinceUnixMs > 0);
      });
    return turn;
  }

  private async recall(): Promise<void> {
    const { copy, logger } = this.options;
    const read = await copy.load();
    if (read.kind === 'unusable')
      logger.warn({ path: copy.path }, `copy of the configuration ignored: it ${read.reason}`);
    if (read.kind !== 'copy') return;
    const { text, tag } = read.document;
    this.held = { content: { kind: 'text', text }, tag };
    this.kept = this.held;
    this.isOwed = true;
    this.isStale = true;
  }

  private async ask(): Promise<void> {
    const answer = await this.options.object.read(this.held?.tag || null);
    if (this.stopped) return;
    if (answer.kind === 'away') return this.noteAway(answer.reason);
    this.noteBack();
    if (answer.kind === 'unchanged') return;
    const { held } = this;
    const content = contentOf(answer);
    this.held = { content, tag: answer.tag };
    if (held === null || !isSameContent(content, held.content)) this.isOwed = true;
    // The same text under another tag: the copy is to be asked for by that one.
    else if (held === this.kept) await this.keep(this.held);
  }

  private async deliver(): Promise<void> {
    const { held, options } = this;
    await options.onContent(held?.content ?? { kind: 'unreadable', reason: this.awayReason });
    this.isOwed = false;
    if (held !== null && held !== this.kept && options.isGood()) await this.keep(held);
  }

  private async keep(held: Held): Promise<void> {
    if (held.content.kind !== 'text') return;
    const { copy, logger } = this.options;
    try {
      await copy.save({ text: held.content.text, tag: held.tag });
      this.kept = held;
      this.cannotKeep = false;
    } catch (error) {
      if (!this.cannotKeep)
        logger.warn({ error, path: copy.path }, 'no copy of the configuration can be kept on this disk');
      this.cannotKeep = true;
    }
  }

  private noteAway(reason: string): void {
    const { name, logger, nowUnixMs } = this.options;
    // Where nothing else is known, people look at why.
    if (this.held === null && reason !== this.awayReason) this.isOwed = true;
    this.awayReason = reason;
    if (this.awaySinceUnixMs > 0) return;
    this.awaySinceUnixMs = nowUnixMs();
    const rest = this.held === null ? 'there is no configuration from it yet' : 'what was read last stays';
    logger.warn({ source: name }, `${name} ${reason}; ${rest}, and it is tried again`);
  }

  private noteBack(): void {
    const { name, logger, nowUnixMs } = this.options;
    this.seenAtUnixMs = nowUnixMs();
    this.isStale = false;
    if (this.awaySinceUnixMs === 0) return;
    logger.info({ source: name, away_ms: this.seenAtUnixMs - this.awaySinceUnixMs }, `${name} is there again`);
    this.awaySinceUnixMs = 0;
    this.awayReason = '';
  }
}

function contentOf(answer: Extract<ObjectAnswer, { readonly tag: string }>): FileContent {
  if (answer.kind === 'unusable') return { kind: 'unreadable', reason: answer.reason };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(answer.bytes) };
  } catch {
    return { kind: 'unreadable', reason: 'is not UTF-8 text' };
  }
}
