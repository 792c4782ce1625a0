import { format, total } from '@shop/utils/money';
import { title } from '@shop/utils/text';

export const cart = (...cents: number[]): string => title(`total: ${format(total(...cents))}`);
