const reminders = new Map<string, Date>();

export function scheduleReminder(task: string, at: Date): void {
  reminders.set(task, at);
}

export function cancelReminder(task: string): boolean {
  return reminders.delete(task);
}
