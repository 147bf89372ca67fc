import type { PreparedAnswer } from '../server/vendor-wire';

/** Work that was begun. Its output is known from the beginning, and told when it is asked for often enough. */
export interface BegunPrediction {
  readonly id: string;
  readonly model: string;
  readonly origin: string;
  readonly streams: boolean;
  readonly output: unknown;
  readonly answer: PreparedAnswer;
  status: 'starting' | 'succeeded' | 'canceled' | 'failed';
  /** Whether somebody reads its stream, at whose end it is over. */
  isStreamed: boolean;
  /** Questions that are still answered with `processing`. */
  questionsLeft: number;
  readonly createdUnixMs: number;
}

/** The memory of a prediction service. */
export class Predictions {
  private readonly byId = new Map<string, BegunPrediction>();

  begin(prediction: BegunPrediction): void {
    this.byId.set(prediction.id, prediction);
  }

  find(id: string): BegunPrediction | undefined {
    return this.byId.get(id);
  }

  /** `GET /predictions/{id}` */
  ask(id: string): unknown {
    const prediction = this.byId.get(id);
    if (prediction === undefined) return null;
    if (prediction.status === 'starting' && !prediction.isStreamed) {
      if (prediction.questionsLeft === 0) prediction.status = 'succeeded';
      else prediction.questionsLeft -= 1;
    }
    return predictionDocument(prediction);
  }

  /** `POST /predictions/{id}/cancel` */
  cancel(id: string): unknown {
    const prediction = this.byId.get(id);
    if (prediction === undefined) return null;
    if (prediction.status === 'starting') prediction.status = 'canceled';
    return predictionDocument(prediction);
  }
}

export function predictionDocument(prediction: BegunPrediction): unknown {
  const { id, model, origin, status, streams, answer, createdUnixMs } = prediction;
  const at = `${origin}/v1/predictions/${id}`;
  const isDone = status === 'succeeded';
  return {
    id,
    model,
    version: 'hidden',
    input: {},
    logs: '',
    output: isDone ? prediction.output : null,
    data_removed: false,
    error: status === 'failed' ? 'The model failed (E1000)' : null,
    source: 'api',
    status,
    created_at: new Date(createdUnixMs).toISOString(),
    urls: { get: at, cancel: `${at}/cancel`, ...(streams && { stream: `${origin}/v1/streams/${id}` }) },
    ...(isDone && { metrics: metricsOf(answer) }),
  };
}

function metricsOf({ promptTokens, completionTokens, units }: PreparedAnswer): unknown {
  const tokens = { input_token_count: promptTokens, output_token_count: completionTokens };
  return { predict_time: 0.5, ...(units ? { image_count: units.images } : tokens) };
}
