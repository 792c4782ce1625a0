export const edition = 'enterprise';
