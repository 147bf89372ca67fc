/** A file of a form, as far as checks need to know it: its bytes stay where they are. */
export class FormFile {
  constructor(
    /** As the client named it; may be empty. */
    readonly filename: string,
    readonly bytes: number,
  ) {}
}
