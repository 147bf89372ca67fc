import type { Emission, PreparedAnswer } from '../server/vendor-wire';
import { UNFILTERED } from './azure-refusals';

const PROMPT_RESULTS = [{ prompt_index: 0, content_filter_results: UNFILTERED }];

interface WithChoices {
  readonly choices: readonly object[];
}

/**
 * An answer in OpenAI's words → in Azure's: what the content filter found, in every choice, and about the prompt in a
 * chunk of its own before the others, which has neither choices nor id nor model.
 */
export function addFilterResults(answer: PreparedAnswer): PreparedAnswer {
  return {
    ...answer,
    whole: () => JSON.stringify({ ...annotated(answer.whole()), prompt_filter_results: PROMPT_RESULTS }),
    emissions: () => annotateEmissions(answer),
  };
}

function* annotateEmissions(answer: PreparedAnswer): Generator<Emission> {
  const first = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: PROMPT_RESULTS };
  yield { phase: 'frame', text: `data: ${JSON.stringify(first)}\n\n`, tokens: 0 };
  for (const emission of answer.emissions()) {
    const json = /^data: (\{.*\})\n\n$/s.exec(emission.text.toString())?.[1];
    if (json === undefined) yield emission;
    else yield { ...emission, text: `data: ${JSON.stringify(annotated(json))}\n\n` };
  }
}

function annotated(json: string): WithChoices {
  const document = JSON.parse(json) as WithChoices;
  const choices = document.choices.map((choice) => ({ ...choice, content_filter_results: UNFILTERED }));
  return { ...document, choices };
}
