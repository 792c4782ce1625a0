// proxy: the exports map keeps it private with `null`
export * from '../../../../../../shared/workflow/runtime/internal/trace';
