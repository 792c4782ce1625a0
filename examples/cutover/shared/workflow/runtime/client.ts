import ms from 'ms';
import { now } from '../../lib/clock';
import steps from './steps.json';

export function start(name: keyof typeof steps): number {
  return now() + ms(steps[name]);
}
