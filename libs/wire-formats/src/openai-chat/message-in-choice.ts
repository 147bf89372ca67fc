/** What a choice holds of the answer, in the members of a chat message; OpenAI's wires differ in where it is. */
export type MessageOf = (choice: Readonly<Record<string, unknown>>) => unknown;

/** In a chunk of a stream. */
export const deltaIn: MessageOf = ({ delta }) => delta;

/** In a whole answer. */
export const messageIn: MessageOf = ({ message }) => message;
