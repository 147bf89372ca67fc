import fc from 'fast-check';
import { validateRequest } from './validate-request';

const CALLED = { model: 'mock', stream: true };
const HELLO = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
const withPart = (part: unknown) => ({ contents: [...HELLO.contents, { role: 'user', parts: [{ text: 'a' }, part] }] });
const withConfig = (generationConfig: unknown) => ({ ...HELLO, generationConfig });

describe('B3 what a client of Gemini’s wire says', () => {
  it('is summed up with what its path said', () => {
    const body = {
      contents: { parts: { inline_data: { mime_type: 'image/png', data: 'aGk=' } } },
      tools: [{ function_declarations: [{ name: 'f' }] }],
      generation_config: { max_output_tokens: 7 },
    };
    expect(validateRequest(body, CALLED)).toEqual({
      ok: true,
      model: 'mock',
      stream: true,
      tools: true,
      images: true,
      maxOutputTokens: 7,
      wantsUsage: true,
    });
    expect(validateRequest(HELLO, { model: 'm', stream: false })).toMatchObject({ tools: false, images: false });
  });

  it.each<[unknown, string | undefined]>([
    [[], undefined],
    ['hi', undefined],
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: 'hi' }, 'contents'],
    [{ contents: ['hi'] }, 'contents[0]'],
    [{ contents: [{ role: 'assistant', parts: [{ text: 'hi' }] }] }, 'contents[0].role'],
    [{ contents: [{ role: 'user' }] }, 'contents[0].parts'],
    [{ contents: [{ parts: [] }] }, 'contents[0].parts'],
    [withPart({ text: 5 }), 'contents[1].parts[1].text'],
    [withPart('b'), 'contents[1].parts[1]'],
    [withPart({ text: 'b', thought: 'yes' }), 'contents[1].parts[1].thought'],
    [withPart({ text: 'b', thoughtSignature: 1 }), 'contents[1].parts[1].thoughtSignature'],
    [withPart({ inlineData: { data: 'aGk=' } }), 'contents[1].parts[1].inlineData.mimeType'],
    [withPart({ inlineData: { mimeType: 'image/png' } }), 'contents[1].parts[1].inlineData.data'],
    [withPart({ fileData: {} }), 'contents[1].parts[1].fileData.fileUri'],
    [withPart({ functionCall: {} }), 'contents[1].parts[1].functionCall.name'],
    [withPart({ functionCall: { name: 'f', args: [1] } }), 'contents[1].parts[1].functionCall.args'],
    [withPart({ functionResponse: { name: 'f', response: 'x' } }), 'contents[1].parts[1].functionResponse.response'],
    [{ ...HELLO, systemInstruction: 'be brief' }, 'systemInstruction'],
    [{ ...HELLO, systemInstruction: { parts: [{ text: 1 }] } }, 'systemInstruction.parts[0].text'],
    [withConfig('hot'), 'generationConfig'],
    [withConfig({ temperature: 'hot' }), 'generationConfig.temperature'],
    [withConfig({ temperature: 3 }), 'generationConfig.temperature'],
    [withConfig({ topP: -1 }), 'generationConfig.topP'],
    [withConfig({ candidateCount: 0 }), 'generationConfig.candidateCount'],
    [withConfig({ maxOutputTokens: 1.5 }), 'generationConfig.maxOutputTokens'],
    [withConfig({ stopSequences: ['a', 1] }), 'generationConfig.stopSequences[1]'],
    [withConfig({ responseSchema: 'x' }), 'generationConfig.responseSchema'],
    [withConfig({ thinkingConfig: { thinkingBudget: -2 } }), 'generationConfig.thinkingConfig.thinkingBudget'],
    [{ ...HELLO, tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ ...HELLO, toolConfig: { functionCallingConfig: { mode: 1 } } }, 'toolConfig.functionCallingConfig.mode'],
    [{ ...HELLO, safetySettings: [{ category: 1 }] }, 'safetySettings[0].category'],
    [{ ...HELLO, cachedContent: 1 }, 'cachedContent'],
  ])('%j is refused, and the field at fault is named', (body, param) => {
    const check = validateRequest(body, CALLED);
    if (check.ok) throw new Error('was accepted');
    expect(check.error.code).toBe('invalid_request');
    expect(check.error.param).toBe(param);
  });

  it('never throws, whatever it is given', () => {
    const field = fc.constantFrom('contents', 'parts', 'tools', 'generationConfig', 'functionCall', 'text', 'role');
    const document = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.array(tie('value')),
        fc.dictionary(field, tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(document, (body) => {
        expect(typeof validateRequest(body, CALLED).ok).toBe('boolean');
      }),
    );
  });
});
