/**
 * Puts `content` between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`, leaving the rest of the text alone.
 * @throws Error when the markers are not there, once and in order.
 */
export function replaceMarked(text: string, name: string, content: string): string {
  const start = `<!-- generated:${name} -->`;
  const end = `<!-- /generated:${name} -->`;
  const [before, rest, ...moreStarts] = text.split(start);
  const [, after, ...moreEnds] = (rest ?? '').split(end);
  if (before === undefined || after === undefined || moreStarts.length > 0 || moreEnds.length > 0) {
    throw new Error(`the text must have ${start} and ${end} once each, in this order`);
  }
  return `${before}${start}\n\n${content}\n\n${end}${after}`;
}
