import { listPaths } from '@alga-psa/workflows';

// verified: `export … from`
export { Engine, createEngine as newEngine } from '@shared/workflow/runtime';
// verified: `export type … from`
export type { Task } from '@shared/workflow/types';
// verified: `export * as … from`
export * as streams from '@shared/workflow/streams';
// verified: `export * from`
export * from '@shared/workflow/workers';
// verified: `export type *`, which the grammar marks as an error
export type * from '@shared/workflow/streams/eventNames';

export const Designer = (props: { title: string }) => <h1 title={listPaths(props).join()}>{props.title}</h1>;
