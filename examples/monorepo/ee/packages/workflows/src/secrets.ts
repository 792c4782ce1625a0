// proxy: the manifest looks for it in src/secrets/index.ts
export * from '../../../../shared/workflow/secrets';
