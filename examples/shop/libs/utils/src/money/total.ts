export const total = (...cents: number[]): number => cents.reduce((sum, each) => sum + each, 0);
