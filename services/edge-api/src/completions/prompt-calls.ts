import { type AnswerCost, addCosts, NO_COST } from '@gateway/contracts';
import { type GatewayError, isRecord, loggableErrorReason } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import type { ArrivedCall, Caller, CallPorts } from '../calls/arrived-call';
import type { ExchangeClient, ResponseHeaders } from '../calls/client-response';
import { addCostHeaders } from '../calls/cost-headers';
import { gatewayMember } from '../calls/cost-output';
import { errorHeaders } from '../calls/error-headers';
import { PartsRatePass } from '../limits/rate-pass';
import { addedUp, mergeCompletions, renumbered } from './merge-completions';
import { PromptAnswer, type PromptListener } from './prompt-answer';
import { bodyOf, type SeveralPrompts } from './several-prompts';

/** Calls under way at once for one client. */
const MOST_AT_ONCE = 16;

type Fields = Readonly<Record<string, unknown>>;
/** Takes one call on. */
type Start = (ports: CallPorts, call: ArrivedCall) => void;

/**
 * One client's call as a call for each of its prompts: each is admitted, routed, retried and booked on its own, under an id
 * of its own; the books know them as one batch by the id that the client sees. The first error is the client's, and ends
 * the others; so does a client that leaves.
 */
export class PromptCalls {
  /** Of the calls under way. What is over is let go, with the body that it was asked with. */
  private readonly answers = new Map<number, PromptAnswer>();
  private readonly documents: Fields[] = [];
  private client: ExchangeClient | null = null;
  private next = 0;
  /** Of the limits, which know them as the one call that they are to the client. */
  private readonly pass?: PartsRatePass;
  private isOver = false;
  private hasBegun = false;
  /** What every document of the stream says of itself. */
  private head: Fields | null = null;
  private usage: unknown;
  /** Of those that are over; null once one did not tell. */
  private cost: AnswerCost | null = NO_COST;
  /** The answers say what they cost, so all together do. */
  private tellsCost = false;

  constructor(
    private readonly ports: CallPorts,
    private readonly call: ArrivedCall,
    private readonly prompts: SeveralPrompts,
    private readonly startCall: Start,
  ) {
    if (call.pass) this.pass = new PartsRatePass(call.pass);
  }

  start(): void {
    const client = this.call.caller.answerTo();
    this.client = client;
    client.onGone(() => this.end());
    client.onDrain(() => {
      for (const answer of this.answers.values()) answer.drained();
    });
    this.startMore();
  }

  private startMore(): void {
    while (!this.isOver && this.answers.size < MOST_AT_ONCE && this.next < this.prompts.prompts.length) {
      const prompt = this.next;
      this.next += 1;
      this.startOne(prompt);
    }
  }

  private startOne(prompt: number): void {
    const { call } = this;
    const requestId = newRequestId();
    const answer = new PromptAnswer(this.listenerOf(prompt));
    this.answers.set(prompt, answer);
    const span = this.ports.tracing.startSpan(`POST ${call.route.template}`, {
      kind: 'internal',
      parent: call.span.traceparent,
    });
    const caller: Caller = {
      isGone: () => this.isOver,
      refuse: (error) => {
        this.ports.observe.refused(error);
        span.setError(error.code, loggableErrorReason(error));
        span.end();
        answer.error(error);
      },
      answerTo: () => answer,
    };
    const partOf = call.batchId ?? call.requestId;
    const sharesCostWith = this.prompts.prompts.length;
    const body = bodyOf(this.prompts, prompt);
    this.startCall(this.ports, { ...call, requestId, span, caller, partOf, sharesCostWith, body, pass: this.pass });
  }

  private listenerOf(prompt: number): PromptListener {
    const { client } = this;
    return {
      isAbandoned: () => client?.isAbandoned ?? false,
      lastWriteMs: () => client?.lastWriteMs ?? 0,
      onDocument: (document) => {
        this.documents[prompt] = JSON.parse(Buffer.from(document).toString('utf8'));
        this.onDone(prompt);
      },
      onCost: (cost) => {
        this.cost = cost && this.cost && addCosts(this.cost, cost);
      },
      onEvents: (text) => this.onEvents(prompt, text),
      onOver: () => this.onDone(prompt),
      onError: (error) => this.fail(error),
    };
  }

  private onDone(prompt: number): void {
    this.answers.delete(prompt);
    if (this.isOver) return;
    if (this.answers.size > 0 || this.next < this.prompts.prompts.length) {
      this.startMore();
      return;
    }
    this.finish(() => {
      if (this.prompts.stream) this.endStream();
      else this.writeDocument();
    });
  }

  private writeDocument(): void {
    const { cost } = this;
    const merged = mergeCompletions(this.documents, this.prompts.choices);
    this.tellsCost = merged.gateway !== undefined;
    const headers = this.headers();
    if (cost) addCostHeaders(headers, cost);
    this.client?.json(200, JSON.stringify({ ...merged, ...this.costMember() }), headers);
  }

  private costMember(): { readonly gateway?: object } {
    return this.tellsCost ? { gateway: this.cost ? gatewayMember(this.cost) : undefined } : {};
  }

  /** Keep-alives go through; counts wait until they are all there. */
  private onEvents(prompt: number, text: string): boolean {
    if (this.isOver || this.client === null) return true;
    if (text.startsWith(':')) return !this.hasBegun || this.client.write(text);
    const written = text
      .split('\n\n')
      .map((event) => this.rewritten(prompt, event))
      .join('');
    if (written === '') return true;
    this.begin();
    return this.client.write(written);
  }

  private rewritten(prompt: number, event: string): string {
    if (!event.startsWith('data: ')) return '';
    const chunk: unknown = JSON.parse(event.slice('data: '.length));
    if (!isRecord(chunk)) return '';
    const { id, object, created, model, choices, gateway, ...more } = chunk;
    this.tellsCost ||= gateway !== undefined;
    this.head ??= { id, object, created, model };
    if (isRecord(chunk.usage)) this.usage = addedUp(this.usage, chunk.usage);
    const renumberedChoices = renumbered(choices, prompt, this.prompts.choices);
    if (renumberedChoices.length === 0) return '';
    return `data: ${JSON.stringify({ ...more, ...this.head, choices: renumberedChoices })}\n\n`;
  }

  private endStream(): void {
    this.begin();
    const { codec } = this.call.route;
    const usage = isRecord(this.usage) ? { usage: this.usage } : null;
    const last = { ...this.head, choices: [], ...usage, ...this.costMember() };
    const event = usage || this.tellsCost ? `data: ${JSON.stringify(last)}\n\n` : '';
    this.client?.endStream(event + codec.streamTerminator);
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.client?.beginStream(this.headers());
  }

  private fail(error: GatewayError): void {
    const { codec } = this.call.route;
    const { requestId } = this.call;
    this.finish(() => {
      this.call.span.setError(error.code, loggableErrorReason(error));
      if (this.hasBegun) this.client?.endStream(codec.encodeStreamError(error, requestId));
      else
        this.client?.error(error, JSON.stringify(codec.encodeError(error, requestId)), errorHeaders(error, requestId));
    });
  }

  private finish(write: () => void): void {
    if (this.isOver) return;
    write();
    this.end();
  }

  /** What is still under way is not wanted any more. */
  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.call.span.end();
    for (const answer of this.answers.values()) answer.breakOff();
    this.pass?.end();
  }

  private headers(): ResponseHeaders {
    const headers: ResponseHeaders = { 'x-request-id': this.call.requestId };
    this.call.pass?.addHeaders(headers);
    return headers;
  }
}
