import { openaiResponsesCodec as codec } from './codec';
import { inputItemsOf, itemsToGoOnFrom } from './stored-items';

describe('A5 stored items', () => {
  it('have a type and an id, whatever form the input had', () => {
    expect(inputItemsOf('hi', 'k')).toEqual([
      { role: 'user', content: [{ type: 'input_text', text: 'hi' }], id: 'msg_k_in_0', type: 'message' },
    ]);
    expect(
      inputItemsOf(
        [
          { role: 'assistant', content: 'a' },
          { type: 'function_call_output', call_id: 'c', output: 'o' },
          { type: 'message', id: 'msg_own', role: 'user', content: [] },
        ],
        'k',
      ),
    ).toEqual([
      { role: 'assistant', content: [{ type: 'output_text', text: 'a' }], id: 'msg_k_in_0', type: 'message' },
      { type: 'function_call_output', call_id: 'c', output: 'o', id: 'fco_k_in_1' },
      { type: 'message', id: 'msg_own', role: 'user', content: [] },
    ]);
  });

  it('go on by their content: no provider knows their ids', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const items = itemsToGoOnFrom([
      ...inputItemsOf('hi', 'k'),
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'x' },
      { type: 'function_call', id: 'fc_1', status: 'completed', call_id: 'c', name: 'f', arguments: '{}' },
      search,
    ]);
    expect(items).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { type: 'reasoning', summary: [], encrypted_content: 'x' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      search,
    ]);
    expect(codec.validateRequest({ model: 'm', input: items })).toMatchObject({ ok: true });
  });
});
