import type { ConformanceFeature } from '@gateway/provider-kit/conformance';
import { PIXEL_PNG_BASE64, WEATHER_SCHEMA } from '../../support/sdk-clients';
import type { Attachment, ChatQuestion } from '../chat-question';
import { type ChatFeatureTest, type ChatTrial, lastBody, plainQuestion } from '../chat-trial';

const PDF_BASE64 = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');
/** Forty-four bytes of header, and silence. */
const WAV_BASE64 = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==';

const about = (trial: ChatTrial, attachment: Attachment): ChatQuestion => ({
  model: trial.model,
  text: 'What is this?',
  attachment,
  maxTokens: 200,
});
const thinking = ({ thinkingModel }: ChatTrial): ChatQuestion => ({
  model: thinkingModel,
  text: 'Tell me about rivers',
  reasons: true,
});
const THOUGHT = /^Let me think about it/;

function seen(attachment: (trial: ChatTrial) => Attachment): ChatFeatureTest {
  return {
    question: (trial) => about(trial, attachment(trial)),
    async check(trial) {
      const { texts } = await trial.client.ask(about(trial, attachment(trial)));
      expect(texts[0]).toContain('I saw 1 image');
    },
  };
}

/** The emulators read no documents and hear nothing: what counts is that the bytes are there. */
function delivered(attachment: Attachment & { readonly base64: string }): ChatFeatureTest {
  return {
    question: (trial) => about(trial, attachment),
    async check(trial) {
      await trial.client.ask(about(trial, attachment));
      expect(lastBody(trial)).toContain(attachment.base64);
    },
  };
}

function thoughtful(way: 'ask' | 'stream'): ChatFeatureTest {
  return {
    question: thinking,
    async check(trial) {
      trial.emulator.reset();
      const { thought, texts } = await trial.client[way](thinking(trial));
      expect(texts[0]).toContain('Tell me about rivers');
      expect(thought).toMatch(trial.hidesThoughts ? /^$/ : THOUGHT);
      expect(trial.emulator.bill()[0]?.reasoningTokens).toBeGreaterThan(0);
    },
  };
}

export const CONTENT_FEATURES = {
  'image bytes': seen(() => ({ type: 'image', base64: PIXEL_PNG_BASE64 })),
  'image address': seen(({ pictureUrl }) => ({ type: 'image-address', url: pictureUrl })),
  PDF: delivered({ type: 'pdf', base64: PDF_BASE64 }),
  'audio input': delivered({ type: 'wav', base64: WAV_BASE64 }),
  'JSON by schema': {
    question: (trial) => ({ ...plainQuestion(trial), schema: WEATHER_SCHEMA }),
    async check(trial) {
      const { texts } = await trial.client.ask({ ...plainQuestion(trial), schema: WEATHER_SCHEMA });
      expect(JSON.parse(texts[0] ?? '')).toEqual({ city: expect.stringMatching(/./), days: expect.any(Number) });
    },
  },
  reasoning: thoughtful('ask'),
  'streamed reasoning': thoughtful('stream'),
  'reasoning returned': {
    question: thinking,
    async check(trial) {
      const question = { ...thinking(trial), text: 'Please use get_weather', tools: ['get_weather' as const] };
      const answer = await trial.client.ask(question);
      expect(answer.calls).toHaveLength(1);
      if (!trial.hidesThoughts) expect(answer.thought).toMatch(THOUGHT);
      const after = await trial.client.ask({ ...question, called: { question, answer, result: 'Drizzle' } });
      expect(after.texts[0]).toContain('get_weather answered: Drizzle');
      // The thought itself, or the provider's own proof of it.
      expect(lastBody(trial)).toMatch(/Let me think about it|[sS]ignature":"[^"]|encrypted_content":"[^"]/);
    },
  },
} as const satisfies Partial<Record<ConformanceFeature, ChatFeatureTest>>;
