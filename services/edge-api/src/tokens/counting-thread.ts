import { Worker } from 'node:worker_threads';

/** What goes to the thread, and what comes back under the same id. */
export interface CountQuestion {
  readonly id: number;
  readonly model: string;
  readonly texts: readonly string[];
}

export interface CountAnswer {
  readonly id: number;
  readonly tokens?: number;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (tokens: number) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that counts tokens, so that neither loading a vocabulary (half a second) nor a long text holds up the streams
 * of this process. Started when first asked, and anew after it died; it does not keep the process alive.
 */
export class CountingThread {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private lastId = 0;

  /** @param file JavaScript that answers each `CountQuestion` with a `CountAnswer`. */
  constructor(private readonly file: string) {}

  /** Rejects when the thread could not count or died. */
  count(model: string, texts: readonly string[]): Promise<number> {
    this.lastId += 1;
    const question: CountQuestion = { id: this.lastId, model, texts };
    return new Promise((resolve, reject) => {
      this.waiting.set(question.id, { resolve, reject });
      this.worker ??= this.start();
      this.worker.postMessage(question);
    });
  }

  /** Ends the thread; what it had not counted yet fails. */
  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.file);
    worker.unref();
    worker.on('message', (answer: CountAnswer) => this.settle(answer));
    let reason = 'it ended';
    worker.on('error', (error) => {
      reason = String(error);
    });
    worker.on('exit', () => {
      this.worker = undefined;
      for (const id of [...this.waiting.keys()]) this.settle({ id, error: reason });
    });
    return worker;
  }

  private settle({ id, tokens, error }: CountAnswer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (tokens !== undefined) waiting?.resolve(tokens);
    else waiting?.reject(new Error(`the tokenizer's thread could not count: ${error}`));
  }
}
