export { format } from './format';
export { total } from './total';
