import type { ChatWire } from '@gateway/domain';
import { CHAT_WIRE_CODECS } from '../codecs';

type Fields = Record<string, unknown>;

const OPTIONS = { model: 'claude-sonnet-4-5', dropParams: false, defaultMaxOutputTokens: 4096 };

const NOTES = {
  type: 'document',
  source: { type: 'text', media_type: 'text/plain', data: 'It is dry in Rome.' },
  title: 'Notes',
  context: 'from 2026',
};
const PDF = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' } };
const CITED = { citations: { enabled: true } };

const asked = (...content: Fields[]) => [{ role: 'user', content: [...content, { type: 'text', text: 'Where?' }] }];

function encode(wire: ChatWire, messages: readonly Fields[], dropParams = false) {
  const body = { model: 'm', max_tokens: 9, messages };
  const anthropic = CHAT_WIRE_CODECS['anthropic-messages'];
  const check = anthropic.validateRequest(body);
  if (!check.ok) throw new Error(check.error.message);
  const { body: sent, dropped } = CHAT_WIRE_CODECS[wire].encodeRequest(anthropic.decodeRequest(body), {
    ...OPTIONS,
    dropParams,
  });
  return { sent: JSON.parse(JSON.stringify(sent)) as Fields, dropped };
}

describe('documents to be cited from', () => {
  it('go to Anthropic as they came', () => {
    const messages = asked({ ...NOTES, ...CITED }, { ...PDF, ...CITED });
    expect(encode('anthropic-messages', messages).sent.messages).toEqual(messages);
  });

  it('go to Bedrock with title, context and wish', () => {
    expect(encode('bedrock-converse', asked({ ...NOTES, ...CITED }, { ...PDF, ...CITED })).sent).toMatchObject({
      messages: [
        {
          content: [
            {
              document: {
                format: 'txt',
                name: 'Notes 1',
                source: { text: 'It is dry in Rome.' },
                context: 'from 2026',
                citations: { enabled: true },
              },
            },
            { document: { format: 'pdf', source: { bytes: 'aGk=' }, citations: { enabled: true } } },
            { text: 'Where?' },
          ],
        },
      ],
    });
  });

  it('stand beside the messages at Cohere, under ids that lead back to them', () => {
    const { sent } = encode('cohere-chat', asked(NOTES, { ...NOTES, ...CITED }));
    expect(sent.documents).toEqual([
      { id: 'document-1', data: { title: 'Notes', context: 'from 2026', text: 'It is dry in Rome.' } },
    ]);
    expect(JSON.stringify(sent.messages).match(/dry in Rome/g)).toHaveLength(1);
  });

  it.each<ChatWire>(['openai-chat', 'openai-responses', 'gemini-generate', 'ollama-chat'])(
    'are refused by name at %s, or read without citations',
    (wire) => {
      const messages = asked({ ...NOTES, ...CITED });
      expect(() => encode(wire, messages)).toThrow(/^messages\[0\]\.content: .*cite/);
      const { sent, dropped } = encode(wire, messages, true);
      expect(dropped).toEqual(['messages[0].content']);
      expect(JSON.stringify(sent)).toContain('It is dry in Rome.');
    },
  );

  it.each<ChatWire>(['openai-chat', 'openai-responses', 'gemini-generate', 'ollama-chat', 'cohere-chat'])(
    'that are not cited from are texts at %s, with their title and context',
    (wire) => {
      const { sent } = encode(wire, asked(NOTES));
      expect(JSON.stringify(sent)).toContain('Notes\\n\\nfrom 2026\\n\\nIt is dry in Rome.');
    },
  );

  it.each<ChatWire>(['openai-chat', 'openai-responses', 'gemini-generate'])(
    'keep what is said of a PDF before it at %s',
    (wire) => {
      expect(JSON.stringify(encode(wire, asked({ ...PDF, context: 'from 2026' })).sent)).toMatch(/from 2026.*aGk=/);
    },
  );
});

describe('an answer with citations that is sent back', () => {
  const LOCATED = {
    type: 'char_location',
    cited_text: 'dry',
    document_index: 0,
    document_title: 'Notes',
    start_char_index: 6,
    end_char_index: 9,
  };
  const FOUND = { type: 'web_search_result_location', cited_text: 'dry', title: 'W', url: 'https://w.example' };
  const PROVED = { ...FOUND, encrypted_index: 'x' };
  const sentBack = (citations: readonly Fields[]) => [
    ...asked({ ...NOTES, ...CITED }),
    { role: 'assistant', content: [{ type: 'text', text: 'In Rome.', citations }] },
    { role: 'user', content: 'Thanks' },
  ];
  const answerAt = (wire: ChatWire, list: string, citations: readonly Fields[]) =>
    (encode(wire, sentBack(citations), true).sent[list] as Fields[])[1];

  it('has them again at Anthropic, but for pages that Anthropic has not found', () => {
    expect(answerAt('anthropic-messages', 'messages', [LOCATED, PROVED, { ...FOUND, encrypted_index: '' }])).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'In Rome.', citations: [LOCATED, PROVED] }],
    });
  });

  it('has them again at Bedrock', () => {
    const location = { documentChar: { documentIndex: 0, start: 6, end: 9 } };
    expect(answerAt('bedrock-converse', 'messages', [LOCATED, PROVED])).toEqual({
      role: 'assistant',
      content: [
        {
          citationsContent: {
            content: [{ text: 'In Rome.' }],
            citations: [
              { title: 'Notes', sourceContent: [{ text: 'dry' }], location },
              { title: 'W', sourceContent: [{ text: 'dry' }], location: { web: { url: 'https://w.example' } } },
            ],
          },
        },
      ],
    });
  });

  it('has the pages again on the Responses wire', () => {
    expect(answerAt('openai-responses', 'input', [LOCATED, PROVED])).toMatchObject({
      content: [
        {
          type: 'output_text',
          annotations: [{ type: 'url_citation', url: 'https://w.example', title: 'W', start_index: 0, end_index: 8 }],
        },
      ],
    });
  });

  it.each<ChatWire>(['openai-chat', 'gemini-generate', 'ollama-chat', 'cohere-chat'])(
    'is a text like any other at %s',
    (wire) => {
      const { sent } = encode(wire, sentBack([LOCATED, PROVED]), true);
      expect(JSON.stringify(sent)).toContain('In Rome.');
      expect(JSON.stringify(sent)).not.toContain('w.example');
    },
  );

  it('comes from clients of OpenAI’s wires as from Anthropic’s', () => {
    const page = { url: 'https://w.example', title: 'W', start_index: 0, end_index: 8 };
    const citations = [{ source: { kind: 'url', url: 'https://w.example', title: 'W' }, span: { start: 0, end: 8 } }];
    const parts = [{ type: 'text', text: 'In Rome.', citations }];
    const said = {
      role: 'assistant',
      content: 'In Rome.',
      annotations: [{ type: 'url_citation', url_citation: page }],
    };
    const chat = CHAT_WIRE_CODECS['openai-chat'].decodeRequest({ model: 'm', messages: [said] });
    expect(chat.messages).toEqual([{ role: 'assistant', content: parts }]);
    const content = [{ type: 'output_text', text: 'In Rome.', annotations: [{ type: 'url_citation', ...page }] }];
    const responses = CHAT_WIRE_CODECS['openai-responses'].decodeRequest({
      model: 'm',
      input: [{ type: 'message', role: 'assistant', content }],
    });
    expect(responses.messages).toEqual([{ role: 'assistant', content: parts }]);
  });
});
