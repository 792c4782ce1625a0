export const REMINDED = 'reminded';
