/**
 * Names of LiteLLM's documented configuration (docs.litellm.ai, `proxy/config_settings`, and the proxy's OpenAPI
 * document) whose features this gateway does not have yet. A file that uses them is accepted, with one warning that
 * lists them; a name that is neither here nor in the schema is refused as a mistake.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const UNBUILT_TOP_LEVEL = words(`
  include mcp_servers mcp_tools agent_list guardrails policies policy_attachments prompts vector_store_registry
  search_tools callback_settings assistant_settings finetune_settings files_settings
  default_vertex_config templates
`);

export const UNBUILT_LITELLM_SETTINGS = words(`
  callbacks success_callback failure_callback service_callbacks audit_log_callbacks turn_off_message_logging
  redact_messages_in_exceptions redact_user_api_key_info log_raw_request_response json_logs set_verbose
  langfuse_default_tags modify_params num_retries_per_request force_ipv4 cache cache_params
  enable_redis_auth_cache
  enable_caching_on_provider_specific_optional_params max_budget budget_duration max_end_user_budget
  max_user_budget max_internal_user_budget internal_user_budget_duration
  default_internal_user_params default_team_params default_team_settings default_key_generate_params
  upperbound_key_generate_params key_generation_settings enable_key_alias_format_validation
  disable_end_user_cost_tracking disable_end_user_cost_tracking_prometheus_only
  enable_end_user_cost_tracking_prometheus_only  custom_provider_map
  custom_prometheus_metadata_labels custom_prometheus_tags prometheus_metrics_config
  prometheus_initialize_budget_metrics prometheus_emit_stream_label prometheus_exclude_metrics
  prometheus_exclude_labels require_auth_for_metrics_endpoint mcp_aliases mcp_semantic_tool_filter tag_budget_config
  priority_reservation priority_reservation_settings use_chat_completions_url_for_anthropic_messages
  route_all_chat_openai_to_responses skip_system_message_in_guardrail enable_json_schema_validation
  disable_hf_tokenizer_download disable_add_transform_inline_image_block enable_preview_features ssl_verify
  ssl_certificate store_audit_logs forward_traceparent_to_llm_provider public_model_groups public_agent_groups
  network_mock timezone default_redis_batch_cache_expiry telemetry
`);

export const UNBUILT_GENERAL_SETTINGS = words(`
  database_url database_connection_pool_limit database_connection_timeout database_connection_pool_timeout
  disable_prisma_schema_update store_model_in_db supported_db_objects allow_requests_on_db_unavailable
  disable_budget_reservation fail_closed_budget_enforcement block_robots proxy_batch_write_at
  proxy_budget_rescheduler_min_time proxy_budget_rescheduler_max_time proxy_batch_polling_interval
  use_redis_transaction_buffer disable_spend_logs disable_spend_updates disable_error_logs disable_reset_budget
  store_prompts_in_spend_logs maximum_spend_logs_retention_period maximum_spend_logs_retention_interval
  maximum_spend_logs_cleanup_cron user_api_key_cache_ttl custom_auth custom_auth_run_common_checks custom_key_generate
  custom_sso custom_ui_sso_sign_in_handler enable_jwt_auth litellm_jwtauth enable_oauth2_auth
  enable_oauth2_proxy_auth oauth2_config_mappings enforce_rbac role_permissions litellm_key_header_name
  use_x_forwarded_for allowed_ips user_header_name user_header_mappings public_routes admin_only_routes allowed_routes
  enforced_params enforce_user_param reject_clientside_metadata_tags
  max_parallel_requests global_max_parallel_requests token_rate_limit_type
  disable_retry_on_max_parallel_request_limit_error max_response_size_mb background_health_checks
  health_check_interval health_check_details health_check_concurrency use_shared_health_check
  enable_health_check_routing health_check_staleness_threshold health_check_ignore_transient_errors alerting
  alerting_threshold alert_types alert_to_webhook_url alerting_args alert_type_config spend_report_frequency
  pass_through_endpoints forward_client_headers_to_llm_api forward_openai_org_id forward_llm_provider_auth_headers
  use_client_credentials_pass_through_routes completion_model image_generation_model embedding_model moderation_model
  ui_access_mode auto_redirect_ui_login_to_sso disable_master_key_return
  default_team_disabled control_plane_url service_account_settings user_mcp_management_mode mcp_internal_ip_ranges
  mcp_trusted_proxy_ranges mcp_client_side_auth_header_name mcp_required_fields
  require_end_user_mcp_access_defined enable_mcp_registry always_include_stream_usage disable_responses_id_security
  infer_model_from_keys litellm_license search_tools
`);

export const UNBUILT_ROUTER_SETTINGS = words(`
  redis_host redis_port redis_password redis_db redis_url redis_ssl cache_responses caching_groups
  deployment_affinity_ttl_seconds model_group_affinity_config default_priority
  polling_interval default_litellm_params provider_budget_config
  ignore_invalid_deployments client_ttl search_tools guardrail_list enable_health_check_routing
  health_check_staleness_threshold health_check_ignore_transient_errors alerting_config router_general_settings
`);

export const UNBUILT_LITELLM_PARAMS = words(`
  organization itpm otpm tag_regex additional_drop_params allowed_openai_params
  mock_response max_budget budget_duration
  default_api_key_tpm_limit default_api_key_rpm_limit max_file_size_mb use_in_pass_through use_litellm_proxy
  use_chat_completions_api use_xai_oauth merge_reasoning_content_in_choices cache_control_injection_points rust
  auto_router_config_path auto_router_config auto_router_default_model auto_router_embedding_model
  complexity_router_config complexity_router_default_model adaptive_router_config adaptive_router_default_model
  quality_router_config quality_router_default_model azure_username azure_password gcs_bucket_name aws_bedrock_project_id
  s3_bucket_name s3_encryption_key_id vector_store_id milvus_text_field milvus_db_name
  milvus_partition_names model_info litellm_trace_id tiered_pricing search_context_cost_per_query
  citation_cost_per_token ocr_cost_per_page ocr_cost_per_credit annotation_cost_per_page output_vector_size
`);

export const UNBUILT_MODEL_INFO = words(`
  access_groups tier team_id team_public_model_name db_model blocked health_check_model health_check_timeout
  health_check_max_tokens health_check_voice disable_background_health_check supported_environments description
  litellm_provider adaptive_router_preferences created_at updated_at created_by updated_by key supported_openai_params
  tiered_pricing search_context_cost_per_query output_vector_size
`);

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
