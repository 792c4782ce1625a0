export type SecretName = 'mail-password' | 'stream-token';

export function readSecret(name: SecretName, vault: ReadonlyMap<string, string>): string {
  const value = vault.get(name);
  if (value === undefined) throw new Error(`no secret named ${name}`);
  return value;
}
