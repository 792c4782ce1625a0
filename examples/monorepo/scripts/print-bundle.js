// Node runs this file as it is: `node scripts/print-bundle.js`.
// blocked: the target is TypeScript source, which Node cannot load
import sortedJson from '../shared/workflow/bundle/sortedJson.js';

console.log(sortedJson({ steps: ['send', 'wait', 'remind'], name: 'dunning' }));
