const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Further price names (per image, per second, flex, priority, tiers…), accepted and not applied. */
export const UNBUILT_PRICE =
  /^((input|output)_cost_per_|cache_(creation|read)_input_(token|audio_token)_cost|regional_processing_uplift_)/;

/** Capability flags of `model_info`. */
export const CAPABILITY_FLAG = /^supports_[a-z0-9_]+$/;

/** Body fields of OpenAI's and Anthropic's chat APIs: in `litellm_params` they are defaults for every request. */
export const CHAT_BODY_FIELDS = words(`
  temperature top_p top_k max_tokens max_completion_tokens stop stop_sequences seed n presence_penalty
  frequency_penalty logit_bias logprobs top_logprobs response_format tools tool_choice parallel_tool_calls functions
  function_call user reasoning_effort reasoning thinking service_tier store metadata modalities audio prediction
  verbosity stream_options web_search_options safety_identifier prompt_cache_key prompt_cache_retention system
  output_config output_format context_management container mcp_servers min_p repetition_penalty
  chat_template_kwargs provider transforms route models safety_settings inference_geo
`);

/** Modes of `model_info.mode` that have an endpoint here. */
export const SERVED_MODES = words(
  'chat completion responses embedding moderation rerank image_generation image_edit audio_transcription audio_speech',
);

export const KNOWN_MODES = words(`
  chat completion embedding image_generation image_edit audio_transcription audio_speech moderation rerank responses
  realtime ocr search video_generation batch
`);
