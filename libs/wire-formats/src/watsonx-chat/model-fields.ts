const DEPLOYMENT = 'deployment/';

/** The id of what a user deployed themselves, written `deployment/{id}` as LiteLLM's users do; null for other models. */
export function watsonxDeploymentOf(model: string): string | null {
  return model.startsWith(DEPLOYMENT) ? model.slice(DEPLOYMENT.length) : null;
}

/** How a body names its model: a deployment's is in the path, and refused in the body. */
export function watsonxModelFields(model: string): { readonly model_id?: string } {
  return watsonxDeploymentOf(model) === null ? { model_id: model } : {};
}
