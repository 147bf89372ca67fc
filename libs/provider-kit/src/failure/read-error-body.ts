import { isRecord } from '@gateway/domain';
import { type GoogleErrorDetails, readGoogleDetails } from './google-error-details';

/** What a provider's error document says, from whichever of the known layouts it uses. Nothing is redacted yet. */
export interface ErrorBody {
  readonly message: string | null;
  readonly code: string | null;
  readonly type: string | null;
  readonly param: string | null;
  readonly google: GoogleErrorDetails | null;
}

const NOTHING: ErrorBody = { message: null, code: null, type: null, param: null, google: null };

/**
 * Layouts seen: `{error:{message,type,param,code}}` (OpenAI and most), `{type:'error',error:{type,message}}`
 * (Anthropic), `[{error:{…}}]` (Google's OpenAI endpoint), `{error:'text'}` (Ollama, Hugging Face), flat
 * `{message,type,param,code}` (Mistral, Cerebras, vLLM), `{message}` or `{__type,Message}` (AWS), and FastAPI's `{detail:[{loc,msg}]}`, which Mistral also
 * nests under `message`; ElevenLabs has one object in `detail`, Deepgram `{err_code,err_msg}` or `{category,message,details}`, Stability AI
 * `{name,errors:[text]}`. Google's `details` are read where there are any; its `code` is then the HTTP status again. Text that is not JSON is the message, unless it is a page of HTML. Never throws.
 */
export function readErrorBody(body: string): ErrorBody {
  const document = parse(body);
  if (document === undefined) return { ...NOTHING, message: plainText(body) };
  const root = asRecord(Array.isArray(document) ? document[0] : document);
  if (!root) return { ...NOTHING, message: asText(document) };
  // watsonx.ai has a list of them.
  const error = asRecord(root.error) ?? (Array.isArray(root.errors) ? asRecord(root.errors[0]) : null);
  if (!error) return readFlat(root);
  const inner = asRecord(error.innererror);
  return {
    ...readFlat(error),
    // Azure says `content_filter` outside and why inside; the outer code is the one all clients know.
    code: readFlat(error).code ?? asText(inner?.code),
  };
}

function readFlat(record: Record<string, unknown>): ErrorBody {
  const inDetail = asRecord(record.detail);
  if (inDetail) return readFlat(inDetail);
  const google = readGoogleDetails(record.details);
  const sentences = Array.isArray(record.errors) ? record.errors.map(asText).filter((text) => text !== null) : [];
  const detail =
    firstDetail(record.detail) ?? firstDetail(record.message) ?? firstDetail(asRecord(record.message)?.detail);
  return {
    message:
      detail?.message ??
      asText(record.message) ??
      asText(record.Message) ??
      asText(record.err_msg) ??
      asText(record.error) ??
      asText(record.detail) ??
      (sentences.length > 0 ? sentences.join(' ') : null),
    code: google === null ? codeIn(record, sentences.length > 0) : google.reason,
    // Google's `status` (`RESOURCE_EXHAUSTED`) is what others call the type.
    type: asText(record.type) ?? asText(record.status) ?? detail?.type ?? null,
    param: detail?.param ?? asText(record.param) ?? google?.field ?? null,
    google,
  };
}

function codeIn(record: Record<string, unknown>, hasSentences: boolean): string | null {
  return (
    asText(record.code) ??
    asText(record.err_code) ??
    asText(record.category) ??
    awsErrorName(asText(record.__type)) ??
    (hasSentences ? asText(record.name) : null)
  );
}

/** `[{loc:['body','messages',0,'role'], msg:'Field required'}]` → `messages[0].role`, `Field required`. */
function firstDetail(value: unknown): { message: string; param: string | null; type: string | null } | null {
  if (!Array.isArray(value)) return null;
  const first = asRecord(value[0]);
  const message = asText(first?.msg) ?? asText(first?.message);
  if (message === null) return null;
  const path = Array.isArray(first?.loc) ? first.loc.filter((step) => step !== 'body') : [];
  const param = path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text ? '.' : ''}${String(step)}`),
    '',
  );
  return { message: param ? `${param}: ${message}` : message, param: param || null, type: asText(first?.type) };
}

/** `com.amazon.coral.service#AccessDeniedException`, or with an address behind it: `AccessDeniedException:http://…`. */
export function awsErrorName(text: string | null | undefined): string | null {
  return /(?:^|#)([A-Za-z]+)(?::|$)/.exec(text ?? '')?.[1] ?? null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON is an answer here, not a fault: proxies in front of providers speak HTML and plain text.
    return undefined;
  }
}

function plainText(body: string): string | null {
  const text = body.trim();
  return text === '' || text.startsWith('<') ? null : text;
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return isRecord(value) ? value : null;
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}
