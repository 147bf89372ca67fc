/**
 * Models that cannot write to a JSON schema can still call a tool, whose arguments have one: such an answer is asked for
 * as a call of this tool, and its arguments are read back as the answer's text.
 */
export const JSON_ANSWER_TOOL = 'gateway_json_answer';
