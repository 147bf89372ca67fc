import type { Frame } from '@gateway/contracts';

/** What the sequence numbers say about the next frame. */
export type FrameVerdict = 'next' | 'stale' | 'gap';

/**
 * Checks that frames come without a gap; a repeated or missing one means that the answer can no longer be trusted. Only a
 * heartbeat may be overtaken: it can have taken another way, and says nothing of the answer.
 */
export class FrameOrder {
  private expected = 0;

  check(frame: Frame): FrameVerdict {
    if (frame.type === 'heartbeat' && frame.seq < this.expected) return 'stale';
    if (frame.seq !== this.expected) return 'gap';
    if (frame.type !== 'heartbeat') this.expected += 1;
    return 'next';
  }
}
