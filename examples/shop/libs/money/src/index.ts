export const formatMoney = (cents: number): string => (cents / 100).toFixed(2);
export const total = (...cents: number[]): number => cents.reduce((sum, each) => sum + each, 0);
