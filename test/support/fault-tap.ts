import { decodeFrames, type Frame, FrameBatch } from '@gateway/contracts';
import { eventually } from '@gateway/testkit';
import { connect, type NatsConnection } from 'nats';

interface TappedFrame {
  readonly subject: string;
  readonly frame: Frame;
}

/** Listens to, and meddles with, the frames on their way from workers to edges over NATS. */
export class FrameTap {
  private seen: TappedFrame[] = [];

  private constructor(private readonly connection: NatsConnection) {}

  static async open(natsUrl: string, namespace: string): Promise<FrameTap> {
    const connection = await connect({ servers: natsUrl });
    const tap = new FrameTap(connection);
    connection.subscribe(`${namespace}.v1.reply.>`, {
      callback: (_error, message) => {
        for (const frame of decodeFrames(message.data)) tap.seen.push({ subject: message.subject, frame });
      },
    });
    await connection.flush();
    return tap;
  }

  forget(): void {
    this.seen = [];
  }

  /** Whether a part of any answer came by since `forget`. */
  get heardAnswers(): boolean {
    return this.seen.some(({ frame }) => frame.type === 'part');
  }

  /** Puts a message of foreign frames into each answer heard since `forget`: the edges see a number out of order. */
  async intrude(answers: number): Promise<void> {
    const subjects = await eventually(`parts of ${answers} answers`, () => {
      const heard = new Set(this.seen.flatMap(({ frame, subject }) => (frame.type === 'part' ? [subject] : [])));
      return heard.size >= answers ? heard : undefined;
    });
    const batch = new FrameBatch();
    batch.part(Buffer.from('data: {"choices":[]}\n\n'));
    const message = batch.take();
    for (const subject of subjects) this.connection.publish(subject, message);
    await this.connection.flush();
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
