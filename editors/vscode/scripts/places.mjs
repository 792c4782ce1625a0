import { fileURLToPath } from 'node:url';

/** A path in this folder, editors/vscode. */
export const here = (path = '') => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** A path in the repository. */
export const repository = (path = '') => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
