/** Lets one loop wait until something that it looks at may have changed. */
export class ChangeSignal {
  private wake: () => void = () => undefined;
  private next = new Promise<void>((resolve) => {
    this.wake = resolve;
  });

  notify(): void {
    const { wake } = this;
    this.next = new Promise((resolve) => {
      this.wake = resolve;
    });
    wake();
  }

  wait(): Promise<void> {
    return this.next;
  }
}
