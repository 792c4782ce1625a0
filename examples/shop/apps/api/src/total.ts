import { total } from '@shop/utils/money';

export const sum = (cents: number[]): number => total(...cents);
