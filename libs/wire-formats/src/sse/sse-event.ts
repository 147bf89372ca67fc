/** One server-sent event, parsed. `event` is the event's name, `message` when it has none. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
}
