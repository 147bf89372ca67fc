const OPENERS = '{[';
const CLOSERS = '}]';

/**
 * Tells when JSON text that arrives in pieces is whole, without parsing it: an object or array is, once its last
 * bracket is closed. Each character is looked at once.
 */
export class JsonCompleteness {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  isComplete = false;

  push(text: string): void {
    for (const character of text) this.step(character);
  }

  private step(character: string): void {
    if (this.isInString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (character === '\\') this.isEscaped = true;
      else if (character === '"') this.isInString = false;
      return;
    }
    if (character === '"') this.isInString = true;
    else if (OPENERS.includes(character)) this.depth += 1;
    else if (CLOSERS.includes(character)) {
      this.depth -= 1;
      if (this.depth === 0) this.isComplete = true;
    }
  }
}
