/** One event of the wire: its type is both the event's name and the first field of its data. */
export function sseEvent(type: string, fields: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
