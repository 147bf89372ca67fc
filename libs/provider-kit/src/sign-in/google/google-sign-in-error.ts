/** There is nothing to sign in to Google with; the message is for people and holds no secret. */
export class GoogleSignInError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GoogleSignInError';
  }
}
