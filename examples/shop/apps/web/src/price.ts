import { format } from '@shop/utils/money/format';

export const price = (cents: number): string => `${format(cents)} €`;
