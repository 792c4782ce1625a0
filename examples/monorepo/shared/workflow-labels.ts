/** Beside the legacy tree, not in it: only whole path segments count. */
export const LABELS = { invoice: '🧾 Invoice', document: '📄 Document' };
