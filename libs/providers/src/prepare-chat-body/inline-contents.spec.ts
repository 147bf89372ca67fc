import type { ChatRequest } from '@gateway/domain';
import type { RemoteContent } from '@gateway/provider-kit';
import { contentUrlsOf, inlineContents } from './inline-contents';

const image = (url: string) => ({ type: 'image' as const, source: { kind: 'url' as const, url }, detail: 'low' });
const document = (url: string) => ({ type: 'document' as const, source: { kind: 'url' as const, url }, title: 'T' });
const text = { type: 'text' as const, text: 'https://not.a.part/' };

function requestOf(...content: ChatRequest['messages'][number]['content']): ChatRequest {
  return { model: 'm', system: [], messages: [{ role: 'user', content }], stream: false, unmapped: {} };
}

const PNG = { type: 'image/png' as const, bytes: Buffer.from('png') };
const PDF = { type: 'application/pdf' as const, bytes: Buffer.from('pdf') };
const result = (...content: readonly ReturnType<typeof image>[]) => ({
  type: 'tool-result' as const,
  toolCallId: 't',
  content,
});

describe('contents named by URL', () => {
  it('B3 are found in messages and in tool results, each once', () => {
    const request = requestOf(text, image('a'), document('b'), image('a'), result(image('c')));
    expect(contentUrlsOf(request)).toEqual(['a', 'b', 'c']);
  });

  it('B3 become bytes of what they are; everything else stays', () => {
    const request = requestOf(text, image('a'), document('b'), image('b'), image('other'), result(image('a')));
    const inlined = inlineContents(
      request,
      new Map<string, RemoteContent>([
        ['a', PNG],
        ['b', PDF],
      ]),
    );
    const png = { kind: 'base64', mediaType: 'image/png', data: 'cG5n' };
    const pdf = { kind: 'base64', mediaType: 'application/pdf', data: 'cGRm' };
    expect(inlined.messages[0]?.content).toEqual([
      text,
      { type: 'image', source: png, detail: 'low' },
      { type: 'document', source: pdf, title: 'T' },
      { type: 'document', source: pdf },
      image('other'),
      { type: 'tool-result', toolCallId: 't', content: [{ type: 'image', source: png, detail: 'low' }] },
    ]);
    expect(contentUrlsOf(request)).toEqual(['a', 'b', 'other']);
  });

  it('B3 that are not what they are named for are refused', () => {
    expect(() => inlineContents(requestOf(document('a')), new Map([['a', PNG]]))).toThrow('not to a PDF');
    expect(() => inlineContents(requestOf(result(image('b'))), new Map([['b', PDF]]))).toThrow('not to an image');
  });
});
