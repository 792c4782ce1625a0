// proxy: a barrel that re-exports only one of the two names
export { scheduleReminder } from '../../../../../shared/workflow/services';
