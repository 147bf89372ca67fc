export interface WatsonxScope {
  readonly model_id?: string;
  readonly project_id?: string;
  readonly space_id?: string;
}

/** What is wrong with who pays for a call, and of which model; null when nothing is. */
export function scopeFault({ model_id, project_id, space_id }: WatsonxScope, deployment: string | null): string | null {
  const given = [project_id, space_id].filter((id) => id !== undefined).length;
  if (deployment !== null) {
    return model_id === undefined && given === 0 ? null : 'a deployment takes no model_id, project_id or space_id';
  }
  if (model_id === undefined) return 'model_id: is missing';
  return given === 1 ? null : 'Missing either space_id or project_id';
}
