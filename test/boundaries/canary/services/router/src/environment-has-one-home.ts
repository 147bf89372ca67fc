export const url = process.env.LLM_GATEWAY_NATS_URL;
