// verified: split in two, as each name passes in another module
import {
  documentFiled as filed, // keeps its alias
  type DocumentFiled,
  documentShared,
} from '@shared/workflow/streams/domainEventBuilders/documentEvents';

export function archive(document: DocumentFiled) {
  return [filed(document), documentShared(document.document)];
}
