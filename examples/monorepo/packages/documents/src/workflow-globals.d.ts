// verified: a type reference
/// <reference types="@alga-psa/shared/workflow/types/globals" />
// blocked: a path reference names a file, which a package's specifier is not
/// <reference path="../../../shared/workflow/types/globals.d.ts" />

export {};

// verified: an augmented module
declare module '@shared/workflow/types' {
  interface Task {
    openedIn?: WorkflowWindow;
  }
}
