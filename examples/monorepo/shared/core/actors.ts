/** Who caused an event. */
export interface Actor {
  kind: 'person' | 'system';
  id: string;
}

export const SYSTEM_ACTOR: Actor = { kind: 'system', id: 'ledgerline' };
