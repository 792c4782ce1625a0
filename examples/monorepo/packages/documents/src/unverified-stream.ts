// unverified: the table sends it to a package that is neither in the workspace nor installed
import { openStream } from '@shared/workflow/streams/kit';
// verified: a relative path into the legacy tree
import { documentShared } from '../../../shared/workflow/streams';

export function share(document: string): void {
  openStream('documents').publish(documentShared(document));
}
